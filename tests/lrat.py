#!/usr/bin/env python3
"""A second opinion on proofs: checks FOLDER/*.lrat against the .cnf beside each. Shares nothing with the program.

Every step is a clause and the numbers of earlier ones. Assume each literal of the clause false; go through the earlier ones in the
order given; each must have become a unit, which is then true, or be refuted, which ends the step. An empty clause ends the proof.
"""

import pathlib
import sys


def clauses(path):
    """The clauses of a DIMACS file by number, from 1 on."""
    found, announced = {}, None
    for line in path.read_text().splitlines():
        if line.startswith("c"):
            continue
        if line.startswith("p"):
            announced = int(line.split()[3])
            continue
        *literals, end = map(int, line.split())
        assert end == 0 and 0 not in literals, f"not a clause: {line}"
        found[len(found) + 1] = literals
    assert announced == len(found), f"{announced} clauses announced, {len(found)} there"
    return found


def check(known, proof):
    """Raises where the proof is none of these clauses."""
    last = len(known)
    lines = proof.read_text().splitlines()
    for number, line in enumerate(lines, 1):
        words = line.split()
        if words[1] == "d":
            for gone in map(int, words[2:-1]):
                del known[gone]
            continue
        numbers = list(map(int, words))
        name, end = numbers[0], numbers.index(0, 1)
        clause, reasons = numbers[1:end], numbers[end + 1 : -1]
        assert name > last and numbers[-1] == 0, f"line {number}: out of order"
        value = {-literal: True for literal in clause}
        refuted = any(literal in value for literal in clause)
        for reason in [] if refuted else reasons:
            open_ones = {literal for literal in known[reason] if not value.get(-literal)}
            if not open_ones:
                refuted = True
                break
            assert len(open_ones) == 1, f"line {number}: clause {reason} is no unit"
            value[open_ones.pop()] = True
        assert refuted, f"line {number}: nothing is refuted"
        if not clause:
            assert number == len(lines), f"line {number}: there is more behind the end"
            return
        known[name], last = clause, name
    raise AssertionError("the empty clause is not reached")


def main():
    proofs = sorted(pathlib.Path(sys.argv[1]).rglob("*.lrat"))
    for proof in proofs:
        try:
            check(clauses(proof.with_suffix(".cnf")), proof)
        except (AssertionError, KeyError, ValueError, IndexError, OSError) as flaw:
            sys.exit(f"{proof}: {type(flaw).__name__}: {flaw}")
    print(f"{len(proofs)} proofs accepted")


main()
