"""The day of an officer and an auditor, in one process: the shortest way through everything."""

from tests.world import World


def test_a_deputy_searches_opens_and_prints_and_each_act_is_in_the_record(world: World) -> None:
    deputy = world.signed_in("officer")

    answer = deputy.ask()
    handle = answer["sources"][0]["records"][0]["handle"]
    deputy.get(f"/records/{handle}")
    printed = deputy.post("/prints", {"handle": handle, "recipient": "A. Clerk", "recipient_agency": "Marlow Police"})

    assert printed.headers["content-type"] == "application/pdf"
    done = [event["event"]["action"] for event in world.events()]
    assert done[done.index("search.request") :] == [
        "search.request",
        "search.disclose",
        "record.request",
        "record.view",
        "record.request",
        "document.print",
    ]
