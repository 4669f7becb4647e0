"""The log's tree against RFC 9162's own definitions and the test vectors of Certificate Transparency."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive_log import merkle

# The inputs, roots and proofs that implementations of RFC 6962 are commonly held to.
_WORDS = " 00 10 2021 3031 40414243 5051525354555657 606162636465666768696a6b6c6d6e6f"
INPUTS = [bytes.fromhex(word) for word in _WORDS.split(" ")]
A, B, C, D, E, F, G = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
)
ROOT_4 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    A,
    B,
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    ROOT_4,
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
INCLUSION = {(0, 1): [], (0, 8): [C, D, E], (5, 8): [F, G, ROOT_4], (2, 3): [B], (1, 5): [A, D, F]}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [C, D, E],
    (6, 8): ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", G, ROOT_4],
    (2, 5): [D, F],
}


def tree(contents):
    return merkle.small([merkle.leaf_hash(content) for content in contents])


def by_definition(contents):
    """MTH of RFC 9162, 2.1.1, word for word."""
    if not contents:
        return hashlib.sha256().digest()
    if len(contents) == 1:
        return hashlib.sha256(b"\x00" + contents[0]).digest()
    k = 1
    while k * 2 < len(contents):
        k *= 2
    return hashlib.sha256(b"\x01" + by_definition(contents[:k]) + by_definition(contents[k:])).digest()


def test_roots_are_those_of_the_vectors():
    assert [merkle.root(size, tree(INPUTS)).hex() for size in range(9)] == list(ROOTS)


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_those_of_the_vectors(index, size):
    proof = merkle.inclusion(index, size, tree(INPUTS))
    assert [step.hex() for step in proof] == INCLUSION[index, size]


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_consistency_proofs_are_those_of_the_vectors(old, new):
    proof = merkle.consistency(old, new, tree(INPUTS))
    assert [step.hex() for step in proof] == CONSISTENCY[old, new]


def test_every_proof_of_every_tree_holds_and_none_holds_changed():
    contents = [bytes([number]) for number in range(40)]
    node = tree(contents)
    for size in range(1, 41):
        root = merkle.root(size, node)
        assert root == by_definition(contents[:size])
        for index in range(size):
            proof = merkle.inclusion(index, size, node)
            leaf = merkle.leaf_hash(contents[index])
            assert merkle.includes(index, size, leaf, proof, root)
            assert not merkle.includes(index, size, merkle.leaf_hash(b"other"), proof, root)
            assert not merkle.includes(index, size, leaf, [*proof, root], root)
            assert not proof or not merkle.includes(index, size, leaf, proof[:-1], root)
        for old in range(1, size + 1):
            proof = merkle.consistency(old, size, node)
            before = merkle.root(old, node)
            assert merkle.grew(old, size, before, root, proof)
            assert not merkle.grew(old, size, bytes(32), root, proof)
            assert not merkle.grew(old, size, before, bytes(32), proof)
            assert not proof or not merkle.grew(old, size, before, root, proof[:-1])
            assert not merkle.grew(old, size, before, root, [*proof, root])


@given(st.lists(st.binary(max_size=4), max_size=40), st.integers(0, 40))
def test_a_tree_that_grows_is_the_tree_made_at_once(contents, cut):
    leaves = [merkle.leaf_hash(content) for content in contents]
    first = dict(merkle.grown(0, (), leaves[:cut]))
    full = [first[place] for place in merkle.siblings(min(cut, len(leaves)))]
    grown = first | dict(merkle.grown(len(leaves[:cut]), full, leaves[cut:]))
    assert grown == dict(merkle.grown(0, (), leaves))
    assert merkle.root(len(leaves), grown.__getitem__) == by_definition(contents)


def test_what_is_not_there_has_no_proof():
    with pytest.raises(ValueError, match="no leaf 3"):
        merkle.inclusion(3, 3, tree(INPUTS))
    with pytest.raises(ValueError, match="no proof"):
        merkle.consistency(3, 2, tree(INPUTS))
    assert not merkle.includes(3, 3, b"", [], b"")
    assert not merkle.grew(0, 3, merkle.EMPTY, b"", [b""])
