"""Cutting bytes into frames: the chunks do not matter, and what is malformed is an error."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zt_ai.egress.serve import frames
from zt_ai.egress.serve.frames import PREFACE, Code, Cutter, Flag, Http2Error, Setting, Type

frame_values = st.tuples(st.integers(0, 12), st.integers(0, 255), st.integers(0, 2**31 - 1), st.binary(max_size=40))


def chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    return [data[a:b] for a, b in pairwise(places)]


@given(st.lists(frame_values, max_size=8), st.lists(st.integers(0, 400), max_size=12))
def test_frames_are_the_same_however_their_bytes_are_chunked(sent: list[frames.Frame], cuts: list[int]) -> None:
    wire = PREFACE + b"".join(frames.frame(*one) for one in sent)
    cutter = Cutter(100)
    got = [one for chunk in chunks(wire, cuts) for one in cutter.feed(chunk)]
    assert got == sent


@given(st.binary(min_size=1, max_size=60))
def test_a_connection_that_does_not_begin_with_the_preface_is_refused(data: bytes) -> None:
    if PREFACE.startswith(data[: len(PREFACE)]):
        return
    with pytest.raises(Http2Error):
        Cutter(100).feed(data)


@pytest.mark.parametrize("split", range(10))
def test_a_frame_above_the_limit_is_refused_before_its_payload_has_come(split: int) -> None:
    cutter = Cutter(100)
    cutter.feed(PREFACE)
    head = frames.head(Type.DATA, 0, 1, 101)
    if split < len(head):
        cutter.feed(head[:split])
    with pytest.raises(Http2Error) as caught:
        cutter.feed(head[split:] if split < len(head) else head)
    assert caught.value.code is Code.FRAME_SIZE_ERROR


@pytest.mark.parametrize(
    ("payload", "carried"),
    [(b"\x00abc", b"abc"), (b"\x02abc\x00\x00", b"abc"), (b"\x03\x00\x00\x00", b"")],
)
def test_padding_is_taken_off(payload: bytes, carried: bytes) -> None:
    assert frames.without_padding(Flag.PADDED, payload) == carried


@pytest.mark.parametrize("payload", [b"", b"\x01", b"\x04abc"])
def test_more_padding_than_payload_is_an_error(payload: bytes) -> None:
    with pytest.raises(Http2Error):
        frames.without_padding(Flag.PADDED, payload)


@pytest.mark.parametrize(
    "values",
    [{Setting.ENABLE_PUSH: 2}, {Setting.INITIAL_WINDOW_SIZE: 2**31}, {Setting.MAX_FRAME_SIZE: 16_383}],
)
def test_settings_that_the_protocol_forbids_are_errors(values: dict[Setting, int]) -> None:
    with pytest.raises(Http2Error):
        frames.read_settings(frames.settings(values)[frames.HEADER_SIZE :])


def test_settings_of_a_wrong_length_are_an_error() -> None:
    with pytest.raises(Http2Error):
        frames.read_settings(b"\x00" * 7)
