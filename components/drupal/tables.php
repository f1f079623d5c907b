<?php
/** How many tables the site's database has, by the site's own settings. */
[$app_root, $site_path] = ['', ''];
require '/etc/oneforall/drupal/settings.php';
$to = $databases['default']['default'];
$dsn = "{$to['driver']}:host={$to['host']};port={$to['port']};dbname={$to['database']}";
try {
    $database = new PDO($dsn, $to['username'], $to['password'], $to['pdo'] ?? []);
    $schema = $to['driver'] === 'pgsql' ? 'current_schema()' : 'database()';
    echo $database->query("SELECT count(*) FROM information_schema.tables WHERE table_schema = $schema")->fetchColumn();
} catch (PDOException $error) {
    echo $error->getMessage();
    exit(1);
}
