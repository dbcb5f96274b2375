"""`python -m diag` is `diag`."""

from diag.cli.main import main

if __name__ == "__main__":
    main()
