"""Colours are readable in every mode (G70, WCAG 1.4.3 and 1.4.11), computed from the tokens themselves."""

import re

import pytest

from tests.look.tokens import MODES, block, contrast, source, tokens

GROUNDS = ("paper", "mist")
#: Drawings are made for white paper.
SAME_IN_THE_DARK = {"picture"}
TEXT = (
    *((ink, ground) for ink in ("ink", "ink-soft", "water", "water-hover") for ground in (*GROUNDS, "mist-deep")),
    ("ink", "ripple"),
    ("on-fill", "fill"),
    ("on-fill", "fill-hover"),
    ("on-deep", "deep"),
    ("on-deep-soft", "deep"),
    *((state, f"{state}-tint") for state in ("accent", "danger", "warning", "success")),
    *(("ink", f"{state}-tint") for state in ("accent", "danger", "warning", "success")),
    *((state, ground) for state in ("accent", "danger", "warning", "success") for ground in GROUNDS),
    *(("on-grade", f"grade-{band}") for band in range(1, 6)),
)
SHAPES = (
    *((shape, ground) for shape in ("line-strong", "focus", "fill") for ground in GROUNDS),
    ("focus-on-deep", "deep"),
    *((f"grade-{band}", "paper") for band in range(1, 6)),
)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_stands_out_from_its_ground(mode: str, ink: str, ground: str) -> None:
    colours = tokens(mode)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "print"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_edges_and_marks_stand_out_from_their_ground(mode: str, shape: str, ground: str) -> None:
    colours = tokens(mode)
    assert contrast(colours[shape], colours[ground]) >= 3 - 1e-9


@pytest.mark.parametrize("mode", MODES)
def test_the_five_grade_colours_differ(mode: str) -> None:
    colours = tokens(mode)
    assert len({colours[f"grade-{band}"] for band in range(1, 6)}) == 5


def test_dark_by_choice_is_the_same_as_dark_by_device() -> None:
    assert block(':root[data-theme="dark"]') == block(':root[data-theme="auto"]')


def test_dark_mode_sets_every_colour_of_the_light_mode() -> None:
    is_colour = re.compile(r"#[0-9a-f]{6}")
    light = {name for name, value in block(":root").items() if is_colour.fullmatch(value)} - SAME_IN_THE_DARK
    assert light == {name for name, value in block(':root[data-theme="dark"]').items() if is_colour.fullmatch(value)}


def test_elder_mode_has_no_text_below_18_pixels_and_targets_of_60() -> None:
    elder = tokens("elder light")
    root = float(elder["root-size"].removesuffix("%")) / 100 * 16
    sizes = [float(elder[f"text-{size}"].removesuffix("rem")) * root for size in ("xs", "s", "m", "l", "xl", "2xl")]
    assert min(sizes) >= 18
    assert (elder["target"], elder["target-dense"]) == ("60px", "60px")


def test_fingers_get_44_pixels() -> None:
    assert float(block(":root")["target"].removesuffix("rem")) * 16 >= 44
    assert "--target-dense: 2.75rem" in source("tokens.css").split("(pointer: coarse)")[1].split("}")[0]


def test_the_measure_of_contrast_is_the_known_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
