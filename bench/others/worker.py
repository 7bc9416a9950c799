"""A worker under measurement as a process: worker.py KIND HOST PORT. Answers each line on its standard input with one."""

import asyncio
import json
import os
import resource
import sys
import threading
import time

kind, host, port = sys.argv[1:4]
pickups = []


def picked_up(made):
    pickups.append(time.monotonic_ns() / 1000 - made)


def mark():
    used = resource.getrusage(resource.RUSAGE_SELF)
    with open("/proc/self/statm", encoding="ascii") as file:
        pages = int(file.read().split()[1])
    return {
        "cpu": (used.ru_utime + used.ru_stime) * 1e6,
        "rss": pages * os.sysconf("SC_PAGE_SIZE"),
        "heap": 0,
    }


def answer(request):
    if request == "mark":
        return mark()
    if request == "listen":
        pickups.clear()
        return None
    return list(pickups)


def answer_all():
    for line in sys.stdin:
        print(json.dumps({"answer": answer(json.loads(line))}), flush=True)
    os._exit(0)


async def pyzeebe_worker():
    from pyzeebe import ZeebeWorker, create_insecure_channel

    worker = ZeebeWorker(create_insecure_channel(grpc_address=f"{host}:{port}"))

    limits = {"max_jobs_to_activate": 256, "max_running_jobs": 100_000}

    @worker.task(
        task_type="bench",
        timeout_ms=300_000,
        **(limits if kind == "pyzeebe tuned" else {}),
    )
    async def work(a: float, b: str, c: bool, d: list, e: dict):
        picked_up(a)
        return {}

    await worker.work()


async def sdk_worker():
    from typing import List

    from pydantic import BaseModel
    from python_camunda_sdk import CamundaRuntime, InsecureConfig, OutboundConnector

    class Inner(BaseModel):
        f: float

    class NoOp(OutboundConnector):
        a: float
        b: str
        c: bool
        d: List[float]
        e: Inner

        class ConnectorConfig:
            name = "No-op"
            type = "bench"
            timeout = 300

        async def run(self) -> bool:
            picked_up(self.a)
            return True

    await CamundaRuntime(
        config=InsecureConfig(hostname=host, port=int(port)), outbound_connectors=[NoOp]
    ).main()


begun = time.monotonic_ns() / 1000
print(json.dumps({"answer": begun}), flush=True)
threading.Thread(target=answer_all, daemon=True).start()
asyncio.get_event_loop_policy().new_event_loop().run_until_complete(
    sdk_worker() if kind == "sdk" else pyzeebe_worker()
)
