# Logs in with psycopg 3, or with psycopg2 if the first argument is 2, once per line of standard
# input, which is a JSON object of libpq's parameters; prints who it became, or the error, in one
# line each.
import json
import sys

if sys.argv[1] == "2":
    import psycopg2 as driver
else:
    import psycopg as driver

for line in sys.stdin:
    try:
        connection = driver.connect(**json.loads(line))
        cursor = connection.cursor()
        cursor.execute("SELECT current_user")
        print("user", cursor.fetchone()[0])
        connection.close()
    except driver.Error as error:
        print("error", " ".join(str(error).split()))
