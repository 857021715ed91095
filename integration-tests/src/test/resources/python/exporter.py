# What each collector of Debian's prometheus-pgbouncer-exporter makes of a console: the names of its
# metrics with their labels, or the error it ends with.
import sys

from prometheus_pgbouncer_exporter import collectors
from prometheus_pgbouncer_exporter.utils import get_connection

user, port, host = sys.argv[1:]
connection = get_connection(user, port, host)
for name in ("StatsCollector", "ListsCollector", "PoolsCollector", "DatabasesCollector"):
    collector = getattr(collectors, name)
    arguments = {"connection": connection}
    if issubclass(collector, collectors.NamedColumnCollector):
        arguments["databases"] = None
    try:
        found = set()
        for metric in collector(**arguments).collect():
            for sample in metric.samples:
                found.add("%s %s" % (sample.name, sorted(sample.labels)))
        print(name, *sorted(found), sep="\n  ")
    except Exception as error:
        print(name, repr(error))
