"""How programs read the exceptions of a proxy setting, by the word that their files use for it."""

from diag.knowledge.no_proxy import CLIENTS, Client, Entries, NoProxyReading, direct_if, small_first


def dotnet(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Read a list as .NET does (HttpEnvironmentProxy): whole names in any case; `.example.com` for that and what is below;
    nothing else.
    """
    words = [entry.strip().lower() for entry in entries]
    return direct_if(host == word or (word.startswith(".") and f".{host}".endswith(word)) for word in words if word)


DIALECTS: dict[str, Client] = {client.name: client for client in (*CLIENTS, Client(".NET", dotnet, small_first))}
