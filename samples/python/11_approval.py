"""Somebody approves: a Future that a person, or a webhook, sets from elsewhere. Everybody who awaits it goes on."""

import taskapi as asyncio


async def deploy(version, approval):
    print(f"{version} waits for approval")
    try:
        print(f"{version} is deployed: {await approval} says yes")
    except PermissionError as error:
        print(f"{version} stays where it is: {error}")


async def person(token, name, reason=None):
    if reason:
        await asyncio.set_exception(token, PermissionError(reason))
    else:
        await asyncio.set_result(token, name)


async def main():
    first = asyncio.create_future(name="approval", input={"version": "4.2"}, timeout=86400)
    second = asyncio.create_future(name="approval", input={"version": "4.3"}, timeout=86400)
    deployments = [asyncio.create_task(deploy("4.2", first)), asyncio.create_task(deploy("4.3", second))]
    await person(await first.token(), "Ada")
    await deployments[0]
    await person(await second.token(), "Ada", "not on a Friday")
    await deployments[1]


if __name__ == "__main__":
    asyncio.run(main())
