import { chatConfig, validateChat } from "../../../components/mattermost/config";

const problems = (value: unknown) => {
  const result = chatConfig.safeParse(value);
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
};

test("nothing has to be set, and then there is no chat", () => {
  expect(chatConfig.parse({})).toEqual({
    enabled: false,
    title: "Chat",
    team: { name: "main", title: "Main" },
    maxFileSize: "100MiB",
  });
});

test("every wrong value is told at once, with what would be right", () => {
  expect(
    problems({
      enabled: "yes",
      title: "x".repeat(31),
      team: { name: "Our Team" },
      adminEmail: "me",
      maxFileSize: "100MB",
      mail: { from: "chat@example.org", smarthost: "mail" },
    }),
  ).toEqual([
    "enabled: is not true or false",
    "title: is too long; give 30 letters or fewer",
    "team.name: is not a team's name; give lower-case letters, digits and dashes",
    "adminEmail: is not a mail address; give for example ops@example.org",
    "maxFileSize: is not a size; give a whole number and KiB, MiB, GiB or TiB, for example 10GiB",
    "mail.smarthost: is not host:port; give for example mail.example.org:587",
  ]);
});

test("a log-in without a password, and the reverse, are refused with what mends it", () => {
  const mail = { from: "chat@example.org", smarthost: "mail.example.org:587" };
  expect(validateChat({ mail }, false)).toEqual([]);
  expect(validateChat({ mail: { ...mail, username: "chat" } }, true)).toEqual([]);
  expect(validateChat({ mail: { ...mail, username: "chat" } }, false)).toEqual([
    'chat.mail.username: "chat" has no password; set it with: pulumi config set --secret oneforall:chatMailPassword',
  ]);
  expect(validateChat({}, true)).toEqual([
    "chatMailPassword is a password without a user; give chat.mail.username, or remove the secret",
  ]);
});
