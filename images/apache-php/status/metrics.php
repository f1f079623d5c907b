<?php
/**
 * Apache's server-status and PHP's caches for Prometheus, under the names of apache_exporter where it has one. Written
 * here because only a process of this server can see its opcache.
 */
header('Content-Type: text/plain; version=0.0.4');

$status = file_get_contents('http://127.0.0.1:9117/server-status?auto');
preg_match_all('/^([\w ]+): (.*)$/m', $status, $found);
$apache = array_combine($found[1], $found[2]);
$cache = opcache_get_status(false);
$memory = $cache['memory_usage'];
$limit = (int) getenv('MAX_REQUEST_WORKERS');

$metrics = [
    ['apache_up', 'gauge', 1],
    ['apache_accesses_total', 'counter', $apache['Total Accesses']],
    ['apache_sent_kilobytes_total', 'counter', $apache['Total kBytes']],
    ['apache_duration_ms_total', 'counter', $apache['Total Duration']],
    ['apache_uptime_seconds_total', 'counter', $apache['ServerUptimeSeconds']],
    ['apache_workers{state="busy"}', 'gauge', $apache['BusyWorkers']],
    ['apache_workers{state="idle"}', 'gauge', $apache['IdleWorkers']],
    ['apache_workers_limit', 'gauge', $limit],
    ['php_opcache_memory_bytes{state="used"}', 'gauge', $memory['used_memory']],
    ['php_opcache_memory_bytes{state="free"}', 'gauge', $memory['free_memory']],
    ['php_opcache_memory_bytes{state="wasted"}', 'gauge', $memory['wasted_memory']],
    ['php_opcache_full', 'gauge', (int) $cache['cache_full']],
    ['php_opcache_hits_total', 'counter', $cache['opcache_statistics']['hits']],
    ['php_opcache_misses_total', 'counter', $cache['opcache_statistics']['misses']],
    ['php_opcache_restarts_total', 'counter', $cache['opcache_statistics']['oom_restarts']],
];
$told = [];
foreach ($metrics as [$name, $type, $value]) {
    $family = strtok($name, '{');
    if (!isset($told[$family])) {
        echo "# TYPE $family $type\n";
    }
    $told[$family] = true;
    echo "$name $value\n";
}
