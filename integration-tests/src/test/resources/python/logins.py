# Logs in with psycopg 3, once per line of standard input, which is a JSON object of libpq's
# parameters; prints who it became, or the error, in one line each.
import json
import sys

import psycopg

for line in sys.stdin:
    try:
        with psycopg.connect(**json.loads(line)) as connection:
            print("user", connection.execute("SELECT current_user").fetchone()[0])
    except psycopg.Error as error:
        print("error", " ".join(str(error).split()))
