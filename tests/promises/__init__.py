"""What every page of the site promises. A new site-wide promise is one function more in ``PROMISES``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tests.promises import backoffice, content, structure
from tests.promises.sight import Sight

Promise = Callable[[Sight], Iterator[str]]

PROMISES: tuple[Promise, ...] = (
    structure.valid_html,
    structure.one_h1_that_begins_the_title,
    structure.language,
    structure.head_basics,
    structure.unique_ids,
    structure.references_exist,
    structure.landmarks,
    structure.fields_have_labels,
    structure.links_and_buttons_have_names,
    structure.pictures_have_alternatives,
    structure.headings_do_not_jump,
    structure.tables_have_headings,
    structure.forms_say_where_they_go,
    structure.nothing_inline,
    content.nothing_from_outside,
    content.government_tags,
    content.both_languages_linked,
    content.no_chinese_left_in_english,
    content.nothing_left_over,
    content.demo_data_says_so,
)


#: What pages of the back office promise: nothing of the government tags, since nobody but the staff sees them.
STAFF_PROMISES: tuple[Promise, ...] = (
    *(
        promise
        for promise in PROMISES
        if promise not in (structure.forms_say_where_they_go, content.government_tags, content.both_languages_linked)
    ),
    backoffice.forms_carry_the_token,
    backoffice.no_search_engine_keeps_it,
    backoffice.the_other_language_is_linked,
)


def broken_promises(sight: Sight, promises: Sequence[Promise] = PROMISES) -> list[str]:
    """Every fault of the page, each with the name of the promise that it breaks."""
    return [f"{promise.__name__}: {fault}" for promise in promises for fault in promise(sight)]
