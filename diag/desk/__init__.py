"""Support's side of the house: what happens to a bundle once it is written."""
