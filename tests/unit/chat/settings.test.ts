import { dataSource, environment, firstAdmin, passwordFile, variable } from "../../../components/mattermost/settings";

const access = {
  host: "postgres",
  port: 5432,
  database: "mattermost",
  user: "chat",
  authorityFile: "/run/secrets/database-authority.crt",
};

const rendered = (mail?: { from: string; smarthost: string; username?: string }) =>
  environment({
    config: { title: "Talk", maxFileSize: "50MiB", mail },
    siteUrl: "https://chat.example.org",
    dataSource: dataSource(access),
    passwordFile: "/run/secrets/pgpass",
    memory: "1GiB",
  });

test("the database is asked for over TLS that is checked, and its password is in no variable", () => {
  const url =
    "postgres://chat@postgres:5432/mattermost?sslmode=verify-full&sslrootcert=/run/secrets/database-authority.crt";
  expect(rendered()).toMatchObject({
    MM_CONFIG: url,
    MM_SQLSETTINGS_DATASOURCE: url,
    PGPASSFILE: "/run/secrets/pgpass",
  });
});

test("what libpq's password file gives a meaning to is escaped", () => {
  expect(passwordFile("plain4711")).toBe("*:*:*:*:plain4711\n");
  expect(passwordFile(String.raw`a:b\c`)).toBe(`${String.raw`*:*:*:*:a\:b\\c`}\n`);
});

test("settings are in the units that Mattermost counts in", () => {
  expect(rendered()).toMatchObject({
    MM_SERVICESETTINGS_SITEURL: "https://chat.example.org",
    MM_TEAMSETTINGS_SITENAME: "Talk",
    MM_FILESETTINGS_MAXFILESIZE: "52428800",
    GOMEMLIMIT: "819MiB",
  });
});

test("without a mail server no mail is sent, and the banner about that stays away", () => {
  expect(rendered()).toMatchObject({
    MM_EMAILSETTINGS_SENDEMAILNOTIFICATIONS: "false",
    MM_EMAILSETTINGS_ENABLEPREVIEWMODEBANNER: "false",
  });
  expect(Object.keys(rendered()).filter((name) => name.includes("SMTP"))).toEqual([]);
});

test.each([
  ["mail.example.org:587", "STARTTLS"],
  ["mail.example.org:465", "TLS"],
])("mail over %s is encrypted with %s", (smarthost, security) => {
  expect(rendered({ from: "chat@example.org", smarthost })).toMatchObject({
    MM_EMAILSETTINGS_SENDEMAILNOTIFICATIONS: "true",
    MM_EMAILSETTINGS_SMTPSERVER: "mail.example.org",
    MM_EMAILSETTINGS_SMTPPORT: smarthost.split(":")[1],
    MM_EMAILSETTINGS_CONNECTIONSECURITY: security,
    MM_EMAILSETTINGS_ENABLESMTPAUTH: "false",
    MM_EMAILSETTINGS_FEEDBACKEMAIL: "chat@example.org",
  });
});

test("a log-in at the mail server has its password in a file named after the variable", () => {
  const environment = rendered({ from: "chat@example.org", smarthost: "mail.example.org:587", username: "chat" });
  expect(environment).toMatchObject({
    MM_EMAILSETTINGS_ENABLESMTPAUTH: "true",
    MM_EMAILSETTINGS_SMTPUSERNAME: "chat",
  });
  expect(variable("EmailSettings.SMTPPassword")).toBe("MM_EMAILSETTINGS_SMTPPASSWORD");
  expect(environment).not.toHaveProperty("MM_EMAILSETTINGS_SMTPPASSWORD");
});

test("the first user is what the API takes, whatever the password has in it", () => {
  const password = String.raw`quote " and \ backslash`;
  expect(JSON.parse(firstAdmin("admin@example.org", password))).toEqual({
    username: "admin",
    email: "admin@example.org",
    password,
  });
});
