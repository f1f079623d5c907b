/** Where things are in the server's container. */
export const PORT = 6379;
export const DATA = "/data";
/** Memory: the users with their passwords' hashes, made from the two below. */
export const RUN = "/run/redis";
export const ACL_FILE = `${RUN}/users.acl`;
/** What each user may do, without passwords. */
export const USERS = "/etc/oneforall/redis-users";
export const SCRIPTS = "/etc/oneforall/redis";
export const SUPERUSER = "admin";
/** The user that the exporter logs in as. */
export const EXPORTER = "exporter";
