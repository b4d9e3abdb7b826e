"""The inner loop of the search on breaks, compiled by numba: Kempe flips and exchanges with meetings not held.

All state is in flat arrays (Fixed, State) so that a million moves a second are possible; anneal.py owns the arrays.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .compiled import compiled

Array = np.ndarray[Any, Any]

FREE = -1


class Fixed(NamedTuple):
    """What never changes: pairs, allowed[m, t], weights, limits, resources and order in compressed rows."""

    first: Array
    second: Array
    allowed: Array
    weight: Array
    least: Array
    most: Array
    movable: Array
    droppable: Array
    resource_start: Array
    resource: Array
    capacity: Array
    order_start: Array
    order: Array
    order_sign: Array
    most_breaks: int


class Rules(NamedTuple):
    """How to move: temperature, penalty for a break beyond fairness, longest chain."""

    temperature: float
    unfairness: float
    longest: int


class State(NamedTuple):
    """What the moves change; `people`, `members`, `mark`, `seen` and `stamp` are scratch space."""

    slot: Array
    at: Array
    load: Array
    held: Array
    breaks: Array
    people: Array
    members: Array
    mark: Array
    seen: Array
    stamp: Array
    random: Array


@compiled
def draw(random: Array, below: int) -> int:
    """The next number of xorshift64*, from 0 to below - 1."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return int(np.int64(((x * np.uint64(2685821657736338717)) >> np.uint64(33)) % np.uint64(below)))


@compiled
def accepts(delta: float, temperature: float, random: Array) -> bool:
    """Metropolis: always when not worse, else with probability exp(-delta / temperature)."""
    if delta <= 0:
        return True
    if temperature <= 0:
        return False
    return draw(random, 1 << 30) < np.exp(-delta / temperature) * (1 << 30)


@compiled
def removal(at: Array, p: int, t: int) -> int:
    """Change of the number of p's runs of meetings when slot t is emptied."""
    slots = at.shape[1]
    left = t > 0 and at[p, t - 1] != FREE
    right = t + 1 < slots and at[p, t + 1] != FREE
    return int(left) + int(right) - 1


@compiled
def shift(at: Array, p: int, s: int, t: int) -> int:
    """Change of p's breaks when its meeting in s moves to the free slot t."""
    slots = at.shape[1]
    left = t > 0 and t - 1 != s and at[p, t - 1] != FREE
    right = t + 1 < slots and t + 1 != s and at[p, t + 1] != FREE
    return removal(at, p, s) + 1 - int(left) - int(right)


@compiled
def over(fixed: Fixed, breaks: int) -> int:
    """How far one person is beyond the breaks that fairness allows."""
    return max(0, breaks - fixed.most_breaks)


@compiled
def chain(fixed: Fixed, state: State, m: int, t: int, longest: int, stamp: int) -> int:
    """Collect into `members` what must change sides when m moves to t; 0 when something may not."""
    s = state.slot[m]
    state.members[0] = m
    state.mark[m] = stamp
    count = 1
    done = 0
    while done < count:
        one = state.members[done]
        done += 1
        goal = t if state.slot[one] == s else s
        if not fixed.allowed[one, goal] or not fixed.movable[one]:
            return 0
        for p in (fixed.first[one], fixed.second[one]):
            other = state.at[p, goal]
            if other != FREE and state.mark[other] != stamp:
                if count == longest:
                    return 0
                state.mark[other] = stamp
                state.members[count] = other
                count += 1
    return count


@compiled
def chain_cost(fixed: Fixed, state: State, count: int, s: int, t: int, stamp: int) -> tuple[int, int]:
    """Change of breaks, and of what exceeds fairness, when the chain is flipped."""
    delta = 0
    unfair = 0
    for i in range(count):
        m = state.members[i]
        for p in (fixed.first[m], fixed.second[m]):
            if state.seen[p] == stamp:
                continue
            state.seen[p] = stamp
            in_s, in_t = state.at[p, s] != FREE, state.at[p, t] != FREE
            if in_s and in_t:
                continue
            change = shift(state.at, p, s, t) if in_s else shift(state.at, p, t, s)
            delta += change
            unfair += over(fixed, state.breaks[p] + change) - over(fixed, state.breaks[p])
    return delta, unfair


@compiled
def load_fits(fixed: Fixed, state: State, count: int, s: int, t: int) -> bool:
    """Move the members' loads; undone (and False) when some tables overflow."""
    for i in range(count):
        add_load(fixed, state, state.members[i], s, t, 1)
    for i in range(count):
        m = state.members[i]
        for k in range(fixed.resource_start[m], fixed.resource_start[m + 1]):
            r = fixed.resource[k]
            if state.load[r, s] > fixed.capacity[r, s] or state.load[r, t] > fixed.capacity[r, t]:
                for j in range(count):
                    add_load(fixed, state, state.members[j], s, t, -1)
                return False
    return True


@compiled
def add_load(fixed: Fixed, state: State, m: int, s: int, t: int, sign: int) -> None:
    """Move one member's load to its other slot (sign 1) or back (sign -1)."""
    source, goal = (s, t) if state.slot[m] == s else (t, s)
    for k in range(fixed.resource_start[m], fixed.resource_start[m + 1]):
        state.load[fixed.resource[k], source] -= sign
        state.load[fixed.resource[k], goal] += sign


@compiled
def in_order(fixed: Fixed, state: State, m: int, t: int, s: int, stamp: int) -> bool:
    """Whether m in t respects what comes before and after; marked members are taken where the flip puts them."""
    for k in range(fixed.order_start[m], fixed.order_start[m + 1]):
        other = fixed.order[k]
        there = state.slot[other]
        if there == FREE:
            continue
        if state.mark[other] == stamp:
            there = t if there == s else s
        if fixed.order_sign[k] > 0 and there <= t:
            return False
        if fixed.order_sign[k] < 0 and there >= t:
            return False
    return True


@compiled
def chain_in_order(fixed: Fixed, state: State, count: int, s: int, t: int, stamp: int) -> bool:
    """Whether the flipped chain keeps the order of meetings."""
    for i in range(count):
        m = state.members[i]
        if fixed.order_start[m] < fixed.order_start[m + 1]:
            goal, source = (t, s) if state.slot[m] == s else (s, t)
            if not in_order(fixed, state, m, goal, source, stamp):
                return False
    return True


@compiled
def flip(fixed: Fixed, state: State, count: int, s: int, t: int, stamp: int) -> None:
    """Exchange s and t for the members; loads have been moved."""
    for i in range(count):
        m = state.members[i]
        for p in (fixed.first[m], fixed.second[m]):
            if state.seen[p] == stamp:
                state.seen[p] = 0
                in_s, in_t = state.at[p, s], state.at[p, t]
                if FREE in (in_s, in_t):
                    change = shift(state.at, p, s, t) if in_s != FREE else shift(state.at, p, t, s)
                    state.breaks[p] += change
                state.at[p, s], state.at[p, t] = in_t, in_s
    for i in range(count):
        m = state.members[i]
        state.slot[m] = t if state.slot[m] == s else s


@compiled
def try_chain(fixed: Fixed, state: State, rules: Rules, m: int, t: int) -> tuple[bool, int]:
    """Flip m's chain between its slot and t if Metropolis accepts; returns whether, and the change of breaks."""
    s = state.slot[m]
    state.stamp[0] += 1
    stamp = state.stamp[0]
    count = chain(fixed, state, m, t, rules.longest, stamp)
    if count == 0:
        return False, 0
    delta, unfair = chain_cost(fixed, state, count, s, t, stamp)
    if not accepts(delta + rules.unfairness * unfair, rules.temperature, state.random):
        return False, 0
    if not chain_in_order(fixed, state, count, s, t, stamp) or not load_fits(fixed, state, count, s, t):
        return False, 0
    flip(fixed, state, count, s, t, stamp)
    return True, delta


@compiled
def take_out(fixed: Fixed, state: State, m: int) -> int:
    """Remove a meeting; returns the change of breaks."""
    t = state.slot[m]
    change = 0
    for p in (fixed.first[m], fixed.second[m]):
        mine = removal(state.at, p, t) if state.held[p] > 1 else 0
        state.at[p, t] = FREE
        state.held[p] -= 1
        state.breaks[p] += mine
        change += mine
    for k in range(fixed.resource_start[m], fixed.resource_start[m + 1]):
        state.load[fixed.resource[k], t] -= 1
    state.slot[m] = FREE
    return change


@compiled
def put_in(fixed: Fixed, state: State, m: int, t: int) -> int:
    """Place a meeting into a slot that is free for both; returns the change of breaks."""
    change = 0
    for p in (fixed.first[m], fixed.second[m]):
        mine = -removal(state.at, p, t) if state.held[p] > 0 else 0
        state.at[p, t] = m
        state.held[p] += 1
        state.breaks[p] += mine
        change += mine
    for k in range(fixed.resource_start[m], fixed.resource_start[m + 1]):
        state.load[fixed.resource[k], t] += 1
    state.slot[m] = t
    return change


@compiled
def gather(fixed: Fixed, state: State, q: int, x: int, y: int) -> int:
    """Collect the people of up to three meetings, each once."""
    count = 0
    for m in (q, x, y):
        if m == FREE:
            continue
        for p in (fixed.first[m], fixed.second[m]):
            known = False
            for i in range(count):
                known = known or state.people[i] == p
            if not known:
                state.people[count] = p
                count += 1
    return count


@compiled
def measure(fixed: Fixed, state: State, count: int) -> tuple[int, int]:
    """Shortfall, and breaks beyond fairness, of the gathered people."""
    short = 0
    unfair = 0
    for i in range(count):
        p = state.people[i]
        short += max(0, fixed.least[p] - state.held[p])
        unfair += over(fixed, state.breaks[p])
    return short, unfair


@compiled
def has_room(fixed: Fixed, state: State, m: int, t: int) -> bool:
    """Whether tables, maxima and order allow m in t once its seats are free."""
    for k in range(fixed.resource_start[m], fixed.resource_start[m + 1]):
        r = fixed.resource[k]
        if state.load[r, t] >= fixed.capacity[r, t]:
            return False
    a, b = fixed.first[m], fixed.second[m]
    if state.held[a] >= fixed.most[a] or state.held[b] >= fixed.most[b]:
        return False
    return in_order(fixed, state, m, t, FREE, FREE)


@compiled
def try_exchange(fixed: Fixed, state: State, rules: Rules, q: int, t: int) -> tuple[bool, int, int, int]:
    """Hold q in t in place of whoever sits there; never at the price of shortfall or weight.

    Returns whether it was done, and the changes of breaks, weight and shortfall.
    """
    x, y = state.at[fixed.first[q], t], state.at[fixed.second[q], t]
    if x == y:
        y = FREE
    gain = fixed.weight[q]
    for out in (x, y):
        if out != FREE:
            gain -= fixed.weight[out]
            if not fixed.droppable[out] or not fixed.movable[out]:
                return False, 0, 0, 0
    people = gather(fixed, state, q, x, y)
    short, unfair = measure(fixed, state, people)
    delta = 0
    for out in (x, y):
        if out != FREE:
            delta += take_out(fixed, state, out)
    if has_room(fixed, state, q, t):
        delta += put_in(fixed, state, q, t)
        short_now, unfair_now = measure(fixed, state, people)
        fell = short_now - short
        better = fell < 0 or (fell == 0 and gain > 0)
        equal = fell == 0 and gain == 0
        cost = delta + rules.unfairness * (unfair_now - unfair)
        if better or (equal and accepts(cost, rules.temperature, state.random)):
            return True, delta, gain, fell
        take_out(fixed, state, q)
    for out in (x, y):
        if out != FREE:
            put_in(fixed, state, out, t)
    return False, 0, 0, 0


@compiled
def anneal(fixed: Fixed, state: State, rules: Rules, moves: int) -> tuple[int, int, int, int]:
    """Try `moves` moves; returns how many were accepted, and the changes of breaks, weight and shortfall."""
    meetings, slots = fixed.allowed.shape
    accepted = breaks = weight = shortfall = 0
    for _ in range(moves):
        m = draw(state.random, meetings)
        t = draw(state.random, slots)
        if not fixed.allowed[m, t] or not fixed.movable[m] or state.slot[m] == t:
            continue
        if state.slot[m] != FREE:
            done, delta = try_chain(fixed, state, rules, m, t)
            gain = fell = 0
        else:
            done, delta, gain, fell = try_exchange(fixed, state, rules, m, t)
        if done:
            accepted += 1
            breaks += delta
            weight += gain
            shortfall += fell
    return accepted, breaks, weight, shortfall
