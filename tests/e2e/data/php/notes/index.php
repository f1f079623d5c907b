<?php
/**
 * A stand-in for somebody's PHP application, as one would write it: notes in a database, a log-in kept in a session,
 * attachments as uploaded files. What it answers is JSON.
 */
declare(strict_types=1);

const UPLOADS = __DIR__ . '/uploads';
const SCHEMA = [
    'pgsql' => ['id' => 'bigserial PRIMARY KEY', 'now' => 'now()'],
    'mysql' => ['id' => 'bigint AUTO_INCREMENT PRIMARY KEY', 'now' => 'CURRENT_TIMESTAMP'],
];

function database(): PDO
{
    static $database;
    if ($database === null) {
        $driver = getenv('DB_DRIVER');
        $options = [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC];
        if ($driver === 'mysql') {
            $options[PDO::MYSQL_ATTR_SSL_CA] = getenv('DB_CA_FILE');
        }
        $database = new PDO(
            "$driver:host=" . getenv('DB_HOST') . ';port=' . getenv('DB_PORT') . ';dbname=' . getenv('DB_NAME'),
            getenv('DB_USER'),
            trim(file_get_contents(getenv('DB_PASSWORD_FILE'))),
            $options,
        );
        ['id' => $id, 'now' => $now] = SCHEMA[$driver];
        $database->exec("CREATE TABLE IF NOT EXISTS notes (id $id, author varchar(64) NOT NULL, text text NOT NULL,
            attachment varchar(80), at timestamp NOT NULL DEFAULT $now)");
    }
    return $database;
}

function answer(int $status, array $body): never
{
    http_response_code($status);
    header('Content-Type: application/json');
    echo json_encode($body, JSON_THROW_ON_ERROR), "\n";
    exit;
}

function author(): string
{
    return $_SESSION['author'] ?? answer(401, ['error' => 'log in first']);
}

/** Keeps the uploaded file under its hash and gives that name. */
function attachment(): ?string
{
    $file = $_FILES['attachment'] ?? null;
    if ($file === null || $file['error'] === UPLOAD_ERR_NO_FILE) {
        return null;
    }
    if ($file['error'] !== UPLOAD_ERR_OK) {
        answer(413, ['error' => "upload error {$file['error']}"]);
    }
    $extension = strtolower(pathinfo($file['name'], PATHINFO_EXTENSION));
    $name = hash_file('sha256', $file['tmp_name']) . ".$extension";
    if (!move_uploaded_file($file['tmp_name'], UPLOADS . "/$name")) {
        answer(500, ['error' => 'not kept']);
    }
    return $name;
}

/** Writes one note; its number is given only when the database has it for good. */
function write(string $author, string $text, ?string $attachment): int
{
    $database = database();
    $database->beginTransaction();
    $insert = $database->prepare('INSERT INTO notes (author, text, attachment) VALUES (?, ?, ?)');
    $insert->execute([$author, $text, $attachment]);
    $id = (int) $database->lastInsertId();
    $database->commit();
    return $id;
}

session_start();
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
match ("{$_SERVER['REQUEST_METHOD']} $path") {
    'GET /' => answer(200, [
        'site' => trim(file_get_contents(__DIR__ . '/name.txt')),
        'client' => $_SERVER['REMOTE_ADDR'],
        'https' => ($_SERVER['HTTPS'] ?? '') === 'on',
        'author' => $_SESSION['author'] ?? null,
    ]),
    'POST /login' => (function () {
        session_regenerate_id(true);
        $_SESSION['author'] = substr($_POST['author'] ?? 'nobody', 0, 64);
        answer(200, ['author' => $_SESSION['author']]);
    })(),
    'GET /notes' => answer(200, ['texts' => database()->query('SELECT text FROM notes ORDER BY id')->fetchAll(PDO::FETCH_COLUMN)]),
    'POST /notes' => (function () {
        $author = author();
        $attachment = attachment();
        answer(201, ['id' => write($author, $_POST['text'] ?? '', $attachment), 'attachment' => $attachment]);
    })(),
    default => answer(404, ['error' => "nothing at $path"]),
};
