#!/bin/sh
# As upstream's with a command of one's own: it is run. How the data begins is the component's (components/mysql/).
exec "$@"
