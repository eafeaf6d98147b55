"""Fetches pages with a few workers."""

import asyncio
import contextlib
import random
import signal
from dataclasses import dataclass, field

import aiohttp


@dataclass(slots=True)
class Crawl:
    """What is to be fetched and what was."""

    urls: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    pages: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    async def worker(self, session: aiohttp.ClientSession) -> None:
        """Take one address after the other."""
        while True:
            url = await self.urls.get()
            try:
                async with session.get(url, timeout=aiohttp.ClientTimeout(total=10)) as answer:
                    answer.raise_for_status()
                    self.pages[url] = await answer.text()
            except (aiohttp.ClientError, TimeoutError):
                self.failed.append(url)
                await asyncio.sleep(random.uniform(0.1, 0.5))
            finally:
                self.urls.task_done()


async def crawl(urls: list[str], workers: int = 4) -> Crawl:
    """Fetch all."""
    state = Crawl()
    for url in urls:
        state.urls.put_nowait(url)
    async with aiohttp.ClientSession() as session:
        tasks = [asyncio.create_task(state.worker(session)) for _ in range(workers)]
        await state.urls.join()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return state


async def main() -> None:
    """Run until stopped."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    async with asyncio.TaskGroup() as group:
        group.create_task(crawl(["https://example.org"]))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 1)
    process = await asyncio.create_subprocess_exec("git", "log", "-1", stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    print(out.decode())


if __name__ == "__main__":
    asyncio.run(main())
