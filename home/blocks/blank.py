"""Blocks that were put there and never filled: kept in a draft, left out of what is shown.

A model of content begins a page with its blocks ready. What nobody filled must stop no one from
publishing, and must not be seen by readers: neither must the heading above it, which stays in the
form for who comes back to write there.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.html import strip_tags
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError, ListValue
from wagtail.blocks.stream_block import StreamBlockValidationError, StreamValue
from wagtail.rich_text import RichText

from home.blocks.text import HeadingBlock
from home.provisioning.texts import Words, starter


@cache
def _titles_of_models() -> frozenset[str]:
    """Return the titles that models of content put above a text to write: nobody typed them."""
    models = [model for kind in (starter("outlines") or {}).values() for model in kind]
    values = [
        value
        for model in models
        for block in model["body"]
        if isinstance(block, dict)
        for value in block.values()
        if isinstance(value, dict)
    ]
    return frozenset(
        Words().plain(value["title"])
        for value in values
        if value.get("title") and value.get("text") == ""
    )


def is_blank(block: blocks.Block, value: Any) -> bool:
    """Return whether nobody has put anything in the block: nothing but what it starts with."""
    if isinstance(block, blocks.StaticBlock):
        return False
    if isinstance(block, blocks.BaseStructBlock):
        return all(
            is_blank(child, value.get(name))
            or (name == "title" and value.get(name) in _titles_of_models())
            for name, child in block.child_blocks.items()
        )
    if isinstance(block, blocks.ListBlock | blocks.BaseStreamBlock):
        children = value.bound_blocks if isinstance(block, blocks.ListBlock) else value
        return all(is_blank(child.block, child.value) for child in children)
    if isinstance(value, RichText):
        return not strip_tags(value.source).strip() and "<embed" not in value.source
    if isinstance(value, str):
        value = value.strip()
    return value in (None, "") or value == block.get_default()


class LeavesOutBlanksStream:
    """Of a StreamBlock: what is published has no blank block. Drafts keep them."""

    def clean(self, value: StreamValue) -> StreamValue:
        if self.is_deferred_validation:  # type: ignore[attr-defined]
            return super().clean(value)  # type: ignore[misc]
        kept = [
            (index, (child.block_type, child.value, child.id))
            for index, child in enumerate(value)
            if not is_blank(child.block, child.value)
        ]
        try:
            return super().clean(StreamValue(self, [child for _, child in kept]))  # type: ignore[misc]
        except StreamBlockValidationError as error:
            # The form still shows the blank ones: errors are counted with them.
            raise StreamBlockValidationError(
                block_errors={kept[index][0]: found for index, found in error.block_errors.items()},
                non_block_errors=error.non_block_errors,
            ) from error


class LeavesOutBlanksList:
    """Of a ListBlock: the same for its items."""

    def clean(self, value: Any) -> ListValue:
        value = self.normalize(value)  # type: ignore[attr-defined]
        if self.is_deferred_validation:  # type: ignore[attr-defined]
            return super().clean(value)  # type: ignore[misc]
        kept = [
            (index, child)
            for index, child in enumerate(value.bound_blocks)
            if not is_blank(child.block, child.value)
        ]
        try:
            return super().clean(ListValue(self, bound_blocks=[child for _, child in kept]))  # type: ignore[misc]
        except ListBlockValidationError as error:
            raise ListBlockValidationError(
                block_errors={kept[index][0]: found for index, found in error.block_errors.items()},
                non_block_errors=error.non_block_errors,
            ) from error


def without_blanks(value: StreamValue) -> StreamValue:
    """Return the stream as readers would see it: without its blank blocks and items."""
    return StreamValue(
        value.stream_block,
        [
            (child.block_type, _without_items(child.block, child.value), child.id)
            for child in value
            if not is_blank(child.block, child.value)
        ],
    )


def as_read(value: StreamValue) -> list[StreamValue.StreamChild]:
    """Return the blocks that readers see: without the headings that have nothing below them."""
    kept: list[StreamValue.StreamChild] = []
    for child in value:
        if isinstance(child.block, HeadingBlock) and _ends_with_heading(kept):
            kept.pop()
        kept.append(child)
    return kept[:-1] if _ends_with_heading(kept) else kept


def _ends_with_heading(children: list[StreamValue.StreamChild]) -> bool:
    return bool(children) and isinstance(children[-1].block, HeadingBlock)


def _without_items(block: blocks.Block, value: Any) -> Any:
    if not isinstance(block, blocks.ListBlock):
        return value
    kept = [child for child in value.bound_blocks if not is_blank(child.block, child.value)]
    return ListValue(block, bound_blocks=kept)
