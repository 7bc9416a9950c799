"""Drives the engine with pyzeebe, which is built on grpcio: client.py HOST:PORT FILE. Exits with 1 and says what failed."""

import asyncio
import sys

from pyzeebe import ZeebeClient, ZeebeWorker, create_insecure_channel
from pyzeebe.errors import ProcessDefinitionNotFoundError

address, file = sys.argv[1:3]
instances = 50


async def main():
    client = ZeebeClient(create_insecure_channel(grpc_address=address))
    await client.topology()
    await client.deploy_resource(file)
    try:
        await client.run_process("missing")
        sys.exit("an instance of a missing process was created")
    except ProcessDefinitionNotFoundError:
        pass
    worker = ZeebeWorker(create_insecure_channel(grpc_address=address), request_timeout=1_000)
    seen = set()
    done = asyncio.Event()

    @worker.task(task_type="interop", max_jobs_to_activate=100)
    async def work(n: int, text: str):
        if text != "größer":
            sys.exit(f"the variable is {text}")
        seen.add(n)
        if len(seen) == instances:
            done.set()
        return {"served": True}

    working = asyncio.create_task(worker.work())
    for n in range(instances):
        await client.run_process("interop", {"n": n, "text": "größer"})
    await asyncio.wait_for(done.wait(), 60)
    result = await client.run_process_with_result(
        "interop", {"n": -1, "text": "größer"}, timeout=30_000
    )
    if result.variables.get("served") is not True:
        sys.exit(f"the result is {result.variables}")
    await client.publish_message("paid", "a", message_id="1", time_to_live_in_milliseconds=60_000)
    await worker.stop()
    working.cancel()


asyncio.run(main())
