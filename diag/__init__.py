"""diag: looks once at everything between this machine and a cloud service, and says which one thing is wrong."""

__version__ = "0.1.0"
