"""A Spark cluster of one master and two workers on the loopback."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyspark
import pytest

from tests.programs import free_port, program, running

SPARK = Path(pyspark.__file__).parent
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # machines that are warm soon, without threads for garbage
HERE = {
    "SPARK_LOCAL_IP": "127.0.0.1",
    "PYSPARK_PYTHON": sys.executable,
    "SPARK_HOME": str(SPARK),
    "SPARK_DAEMON_JAVA_OPTS": SHORT_LIVED,
}


@contextmanager
def spark_cluster(folder: Path, memory: str = "1200m") -> Iterator[str]:
    """Host and port of the master; memory: of each worker."""
    program("java")
    port = free_port()
    environment = os.environ | HERE
    classes = [str(SPARK / "bin" / "spark-class"), "org.apache.spark.deploy"]

    def command(name: str, *arguments: str) -> list[str]:
        return [classes[0], f"{classes[1]}.{name}", "--host", "127.0.0.1", *arguments, "--webui-port", "0"]

    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack, (folder / "log").open("wb") as log:
        for name, value in HERE.items():
            patch.setenv(name, value)
        master = command("master.Master", "--port", str(port))
        stack.enter_context(running(master, port, stderr=log, env=environment))
        for number in range(2):
            own = free_port()
            options = ["--port", str(own), "--cores", "1", "--memory", memory, "--work-dir", str(folder / str(number))]
            worker = command("worker.Worker", *options, f"spark://127.0.0.1:{port}")
            stack.enter_context(running(worker, own, stderr=log, env=environment))
        yield f"127.0.0.1:{port}"
