/** Where things are in the server's container. */
export const PORT = 3306;
export const DATA = "/var/lib/mysql";
/** Its name begins with a dot: other directories of the data are databases. */
export const SCRATCH = `${DATA}/.scratch`;
/** Memory: the socket, and what the start makes from the superuser's password. */
export const RUN = "/run/mysqld";
export const SOCKET = `${RUN}/mysqld.sock`;
/** The superuser's login, for our own calls and the health check. */
export const LOGIN = `${RUN}/superuser.cnf`;
export const SCRIPTS = "/etc/oneforall/mysql";
export const SUPERUSER = "root";
/** The account that the exporter logs in with. */
export const EXPORTER = "exporter";
