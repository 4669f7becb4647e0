"""A Merkle tree that only grows: hashes, inclusion proofs and consistency proofs of RFC 9162, section 2.1.

Every full subtree is a node that never changes once it is there. A node's place is one number, as in-order
traversal gives it: leaf 0 is 0, the node over leaves 0 and 1 is 1, leaf 1 is 2, the node over four is 3.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Node = Callable[[int], bytes]  # the hash of the node at a place

EMPTY = hashlib.sha256().digest()  # the root of a tree without leaves


def leaf_hash(content: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def place(level: int, index: int) -> int:
    """The place of the node over leaves [index * 2**level, (index + 1) * 2**level)."""
    return ((2 * index + 1) << level) - 1


def siblings(size: int) -> list[int]:
    """Places of the full subtrees of a tree of this size, the largest first: what an append builds on."""
    places: list[int] = []
    begin = 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            places.append(place(level, begin >> level))
            begin += 1 << level
    return places


def grown(size: int, full: Sequence[bytes], leaves: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yields the nodes that these leaf hashes add to a tree of this size, each with its place.

    `full` are the hashes at `siblings(size)`.
    """
    stack = list(full)
    for index, leaf in enumerate(leaves, size):
        level, hashed = 0, leaf
        yield place(0, index), hashed
        while index >> level & 1:
            level, hashed = level + 1, node_hash(stack.pop(), hashed)
            yield place(level, index >> level), hashed
        stack.append(hashed)


def root_over(full: Sequence[bytes]) -> bytes:
    """The root over full subtrees, the largest first."""
    if not full:
        return EMPTY
    root = full[-1]
    for left in reversed(full[:-1]):
        root = node_hash(left, root)
    return root


def root(size: int, node: Node) -> bytes:
    """The root of the first `size` leaves."""
    return root_over([node(each) for each in siblings(size)])


def small(leaves: Sequence[bytes]) -> Node:
    """The nodes of a tree of its own, from the hashes of its leaves."""
    return dict(grown(0, (), leaves)).__getitem__


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """The proof that leaf `index` is among the first `size` leaves. Raises ValueError where it is not."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    return _path(index, 0, size, node)


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """The proof that the tree of `old` leaves is the beginning of the tree of `new`. Raises ValueError."""
    if not 0 < old <= new:
        raise ValueError(f"no proof leads from {old} leaves to {new}")
    return [] if old == new else _subproof(old, 0, new, node, whole=True)


def includes(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof leads from a leaf's hash to the root: RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def grew(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the old tree is the beginning of the new: RFC 9162, 2.1.4.2."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    steps = list(proof)
    if not old & (old - 1):
        steps.insert(0, old_root)
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, step)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _range(begin: int, end: int, node: Node) -> bytes:
    """The hash over leaves [begin, end), where `begin` begins a subtree as large."""
    count = end - begin
    if not count & (count - 1):
        level = count.bit_length() - 1
        return node(place(level, begin >> level))
    middle = begin + _split(count)
    return node_hash(_range(begin, middle, node), _range(middle, end, node))


def _path(index: int, begin: int, end: int, node: Node) -> list[bytes]:
    if end - begin == 1:
        return []
    middle = begin + _split(end - begin)
    if index < middle:
        return [*_path(index, begin, middle, node), _range(middle, end, node)]
    return [*_path(index, middle, end, node), _range(begin, middle, node)]


def _subproof(old: int, begin: int, end: int, node: Node, *, whole: bool) -> list[bytes]:
    """`old` is where the old tree ends; `whole`: its root over all from `begin` on is known already."""
    if old == end:
        return [] if whole else [_range(begin, end, node)]
    middle = begin + _split(end - begin)
    if old <= middle:
        return [*_subproof(old, begin, middle, node, whole=whole), _range(middle, end, node)]
    return [*_subproof(old, middle, end, node, whole=False), _range(begin, middle, node)]
