"""Payment lists for the world every page is visited in: one prepared, one released, and grants
whose payee is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.payments.scene import CVR, PERSON, POOL, Scene, another
from tests.web.world_later import open_district

if TYPE_CHECKING:
    from tests.web.world import World


def add(world: World) -> None:
    open_district(world)
    world.database.write(lambda session: another(session, world.story))
    scene = Scene(world.story)
    told = scene.granted(PERSON, title="Penge til en person")
    waiting = scene.granted(title="Hvem skal have pengene?")
    scene.prepared(scene.granted(CVR, title="På en klargjort liste"))
    released = scene.released(scene.granted(CVR, title="På en frigivet liste"))
    item = scene.items(released)[0]
    numbers = {"number": scene.one(released).number, "item_id": item.id, "pool_key": POOL}
    world.values |= {f"payments.{name}": value for name, value in numbers.items()}
    world.values |= {
        "payments.release.number": 1,
        "payments.drop.number": 1,
        "casework.payee.number": world.story.case(waiting).number,
        "casework.reveal_payee.number": world.story.case(told).number,
        "applicant.payee.number": world.story.case(waiting).number,
    }
    world.links += [f"case:{one}" for one in (told, waiting)]
