"""The paper that forms write on: width, indentation, characters that a device can print."""
