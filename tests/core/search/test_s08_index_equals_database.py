"""S08: after any run of edits, applied and rebuilt at any moment, index and database hold the same."""

from __future__ import annotations

import random

import pytest
from flask import Flask

from outreach.core.search.indexer import catch_up, differences, index_state, text_index
from outreach.core.search.maintained import MaintainedIndex
from outreach.core.search.text import terms
from tests.core.search import product_names

WORDS = ("净水机", "洗碗机", "智能坐便器", "花洒", "恒温", "JBCD7E", "一体", "K60", "é", "")
STEPS = 60


def _name(wheel: random.Random) -> str:
    return " ".join(wheel.sample(WORDS, wheel.randint(0, 3)))


def _step(wheel: random.Random, names: dict[int, str], index: MaintainedIndex) -> None:
    ids = wheel.sample(range(1, 81), wheel.randint(1, 12))
    match wheel.choice(("write", "write", "delete", "apply", "apply", "rebuild")):
        case "write":
            changed = {number: _name(wheel) for number in ids}
            product_names.write(changed)
            names.update(changed)
        case "delete":
            product_names.delete(ids)
            for number in ids:
                names.pop(number, None)
        case "apply":
            catch_up()
        case "rebuild":
            if wheel.random() < 0.3:
                index.rebuild()


@pytest.mark.parametrize("seed", [1, 2])
def test_s08_random_edits_leave_the_index_equal_to_the_database(any_site: Flask, seed: int) -> None:
    wheel = random.Random(seed)
    names: dict[int, str] = {}
    index = text_index()
    catch_up()
    for step in range(STEPS):
        _step(wheel, names, index)
        if step % 15 == 14:
            catch_up()
            assert list(differences()) == []
    catch_up()
    assert index_state(any_site).lag == 0
    assert any_site.test_cli_runner().invoke(args=["search", "verify"]).exit_code == 0
    for term in {term for word in WORDS for term in terms(word)}:
        holding = sorted(number for number, name in names.items() if term in terms(name))
        assert index.postings(product_names.KIND, term).tolist() == holding
