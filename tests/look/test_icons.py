"""Icons are our own line drawings: one grid, one stroke, the colour of the text beside them."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

ICONS = sorted((Path(__file__).parent.parent.parent / "outreach" / "templates" / "icons").glob("*.svg"))
CATEGORIES = (
    *("toilet", "smart_toilet", "faucet", "shower", "water_purifier"),
    *("dishwasher", "urinal", "squat_toilet", "clothes_washer"),
)


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_an_icon_keeps_to_the_grid_the_stroke_and_the_text_colour(path: Path) -> None:
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    assert root.get("viewBox") == "0 0 24 24"
    assert (root.get("stroke"), root.get("stroke-width"), root.get("fill")) == ("currentColor", "1.5", "none")
    assert {node.get("fill", "currentColor") for node in root.iter() if node is not root} <= {"currentColor"}
    assert not re.search(r"style=|class=|id=|href", path.read_text(encoding="utf-8"))
    assert path.stat().st_size < 800


def test_every_product_category_has_an_icon() -> None:
    assert set(CATEGORIES) <= {path.stem for path in ICONS}
