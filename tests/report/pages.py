"""A page read back as a browser would: its elements, its texts, its headings. Only what the standard library has."""

from html.parser import HTMLParser

INLINE = frozenset({"span", "strong", "b", "i", "q", "code"})
VOID = frozenset({"meta", "link", "img", "br", "hr", "input", "base"})


class Element:
    """One element, with its attributes and the texts directly within."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.text = ""


class Read(HTMLParser):
    """A page, read. `texts` are those a reader sees or hears, in order; scripts and styles are none."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.texts: list[str] = []
        self._open: list[Element] = []
        self.feed(page)
        self.close()
        assert not self._open, f"never closed: {[element.tag for element in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute stands twice in {tag}"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"{tag} is closed and was never opened"
        assert self._open.pop().tag == tag, f"{tag} is closed out of turn"
        if tag not in INLINE:
            self.texts.append(" ")

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].text += data
        if self._open and self._open[-1].tag not in ("style", "script"):
            self.texts.append(data)

    def all(self, tag: str) -> list[Element]:
        """Every element of a tag."""
        return [element for element in self.elements if element.tag == tag]

    @property
    def flowed(self) -> str:
        """All texts on one line."""
        return " ".join("".join(self.texts).split())
