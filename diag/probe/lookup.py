"""Asks for the addresses of names: the system as every program here asks it, and any one resolver by itself."""

from diag.model.answer import DnsReply, SystemLookup
from diag.model.question import Lookup
from diag.probe.system_lookup import Resolve, SystemResolver, getaddrinfo


class Lookups:
    """Answers `Lookup` questions. Made within one running event loop and used in that one alone."""

    def __init__(self, *, resolve: Resolve = getaddrinfo) -> None:
        """`resolve` stands for the system's resolution, which may block."""
        self._system = SystemResolver(resolve)

    async def ask(self, question: Lookup, patience: float) -> SystemLookup | DnsReply:
        """Return the answer of the question's resolver, or the system's; after `patience` seconds at the latest.

        Raises Unsupported where the question cannot be put at all: a name or a record type that DNS does not have.
        """
        if question.server is None:
            return await self._system.ask(question.name, patience)
        from diag.probe.name_server import ask_server  # dnspython is loaded by who needs it

        return await ask_server(question, question.server, patience)

    async def close(self) -> None:
        """Close nothing: sockets end with their question, and a thread that hangs ends with the process."""
