"""Population: a made-up organization of any size, the same for the same seed."""

from typing import NamedTuple

from anyascii import anyascii

from mfadrill.core.accounts import NewUser
from mfadrill.core.users import UserState
from mfadrill.sim.streams import draws

#: The password of everybody in a made-up organization: a rehearsal keeps no secrets.
PASSWORD = "correct-horse"

DEPARTMENTS = ("Engineering", "Finance", "Legal", "Operations", "People", "Sales", "Support", "Warehouse")

#: Weighted by how many people of the organization have names of that language.
LOCALES = {"en_US": 4, "de_DE": 3, "pl_PL": 2, "fr_FR": 2, "el_GR": 1, "ja_JP": 1}

#: Faker takes 0.1 ms a name, so it fills pools once and people are drawn from those.
POOL = 40

#: One in so many is staged.
STAGED_EVERY = 25


class _Pool(NamedTuple):
    first: list[str]
    last: list[str]


def _pools(seed: int) -> list[_Pool]:
    """For each locale, weighted, a pool of women's and one of men's names."""
    from faker import Faker  # takes 0.1 s, which who has no made-up people need not wait for

    pools: list[_Pool] = []
    for locale, weight in LOCALES.items():
        fake = Faker(locale)
        fake.seed_instance(seed)
        women = _Pool(
            [fake.first_name_female() for _ in range(POOL)], [fake.last_name_female() for _ in range(POOL)]
        )
        men = _Pool(
            [fake.first_name_male() for _ in range(POOL)], [fake.last_name_male() for _ in range(POOL)]
        )
        pools += [women, men] * weight
    return pools


def people(
    size: int, seed: int, taken: frozenset[str] = frozenset(), domain: str = "example.com"
) -> list[NewUser]:
    """That many users with departments and a password; a few of them staged.

    `taken` usernames are avoided. Each person comes from a stream of
    their own, so a larger organization begins with the same people as a smaller one.
    """
    if size == 0:
        return []
    pools = _pools(seed)
    romanized = {name: _letters(name) for pool in pools for name in (*pool.first, *pool.last)}
    used = set(taken)
    found: list[NewUser] = []
    for number in range(size):
        whose, given, family, works, staged = draws(seed, str(number), "person", 5)
        pool = pools[whose % len(pools)]
        first, last = pool.first[given % POOL], pool.last[family % POOL]
        username = base = f"{romanized[first]}.{romanized[last]}"
        count = 1
        while username in used:
            count += 1
            username = f"{base}{count}"
        used.add(username)
        department = DEPARTMENTS[works % len(DEPARTMENTS)]
        found.append(
            NewUser(
                username=username,
                first_name=first,
                last_name=last,
                email=f"{username}@{domain}",
                department=department,
                state=UserState.STAGED if staged % STAGED_EVERY == 0 else UserState.ACTIVATED,
                password=PASSWORD,
            )
        )
    return found


def _letters(name: str) -> str:
    return "".join(c for c in anyascii(name).casefold() if c.isalnum())
