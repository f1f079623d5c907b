// cAdvisor's collectors behind cAdvisor's own flags, /metrics and /healthz. Its command is not a published module; its
// libraries are, and this is the part of the command that Prometheus sees. Not here: the web pages and the REST API.
package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/google/cadvisor/lib/cache/memory"
	"github.com/google/cadvisor/lib/container"
	"github.com/google/cadvisor/lib/manager"
	"github.com/google/cadvisor/lib/metrics"
	"github.com/google/cadvisor/lib/model"
	"github.com/google/cadvisor/lib/utils/sysfs"
	"github.com/google/cadvisor/lib/version"
	"github.com/google/cadvisor/utils/oomparser"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"

	// Container runtimes and file systems register themselves.
	_ "github.com/google/cadvisor/container/docker/install"
	_ "github.com/google/cadvisor/lib/container/containerd/install"
	_ "github.com/google/cadvisor/lib/fs/btrfs/install"
	_ "github.com/google/cadvisor/lib/fs/nfs/install"
	_ "github.com/google/cadvisor/lib/fs/overlay/install"
	_ "github.com/google/cadvisor/lib/fs/tmpfs/install"
	_ "github.com/google/cadvisor/lib/fs/vfs/install"
	_ "github.com/google/cadvisor/lib/fs/zfs/install"
)

var (
	listenIP        = flag.String("listen_ip", "", "address to listen on; empty: all")
	port            = flag.Int("port", 8080, "port to listen on")
	endpoint        = flag.String("prometheus_endpoint", "/metrics", "path of the metrics")
	storageDuration = flag.Duration("storage_duration", 2*time.Minute, "how long samples are kept in memory")
	storeLabels     = flag.Bool("store_container_labels", true, "turn container labels and environment into metric labels")
	labelWhitelist  = flag.String("whitelisted_container_labels", "", "labels to keep with -store_container_labels=false, comma separated")
	envWhitelist    = flag.String("env_metadata_whitelist", "", "environment variables to keep, comma separated")
	rawWhitelist    = flag.String("raw_cgroup_prefix_whitelist", "", "cgroup prefixes to report even with -docker_only, comma separated")
	showVersion     = flag.Bool("version", false, "print the version and end")
	enabled         = container.MetricSet{}
	// Upstream's default.
	disabled = container.MetricSet{
		container.MemoryNumaMetrics:              {},
		container.NetworkTcpUsageMetrics:         {},
		container.NetworkUdpUsageMetrics:         {},
		container.NetworkAdvancedTcpUsageMetrics: {},
		container.ProcessSchedulerMetrics:        {},
		container.ProcessMetrics:                 {},
		container.HugetlbUsageMetrics:            {},
		container.ReferencedMemoryMetrics:        {},
		container.CPUTopologyMetrics:             {},
		container.ResctrlMetrics:                 {},
		container.CPUSetMetrics:                  {},
	}
)

// oomCounter adds to what the manager tells how often the kernel killed something in each container; the library leaves
// reading the kernel's log to the command.
type oomCounter struct {
	manager.Manager
	mutex  sync.Mutex
	counts map[string]uint64
}

func (c *oomCounter) watch() {
	parser, err := oomparser.New()
	if err != nil {
		klog.Warningf("no OOM events, /dev/kmsg can't be read: %v", err)
		return
	}
	instances := make(chan *oomparser.OomInstance, 10)
	go parser.StreamOoms(instances)
	for instance := range instances {
		c.mutex.Lock()
		c.counts[instance.VictimContainerName]++
		c.mutex.Unlock()
	}
}

func (c *oomCounter) GetRequestedContainersInfo(name string, options model.RequestOptions) (map[string]*model.ContainerInfo, error) {
	containers, err := c.Manager.GetRequestedContainersInfo(name, options)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for _, info := range containers {
		for _, stats := range info.Stats {
			stats.OOMEvents = c.counts[info.Name]
		}
	}
	return containers, err
}

func main() {
	klog.InitFlags(nil)
	flag.Var(&enabled, "enable_metrics", "metrics to report; if given, -disable_metrics is ignored")
	flag.Var(&disabled, "disable_metrics", "metrics to leave out")
	flag.Parse()
	if *showVersion {
		fmt.Println("cAdvisor version", version.Version)
		return
	}
	included := container.AllMetrics.Difference(disabled)
	if len(enabled) > 0 {
		included = enabled
	}

	containers, err := manager.New(memory.New(*storageDuration, nil), sysfs.NewRealSysFs(), manager.HousekeepingConfigFlags,
		included, strings.Split(*rawWhitelist, ","), strings.Split(*envWhitelist, ","), "", 0)
	if err != nil {
		klog.Fatalf("cAdvisor can't start: %v", err)
	}
	if err := containers.Start(); err != nil {
		klog.Fatalf("cAdvisor can't start: %v", err)
	}
	counted := &oomCounter{Manager: containers, counts: map[string]uint64{}}
	if included.Has(container.OOMMetrics) {
		go counted.watch()
	}

	labels := metrics.DefaultContainerLabels
	if !*storeLabels {
		labels = metrics.BaseContainerLabels(strings.Split(*labelWhitelist, ","))
	}
	request := model.RequestOptions{IdType: model.TypeName, Count: 1, Recursive: true}
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		metrics.NewPrometheusCollector(counted, labels, included, clock.RealClock{}, request),
		metrics.NewPrometheusMachineCollector(counted, included),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	http.Handle(*endpoint, promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))
	http.HandleFunc("/healthz", func(answer http.ResponseWriter, _ *http.Request) { fmt.Fprint(answer, "ok") })

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		<-stop
		_ = containers.Stop()
		os.Exit(0)
	}()
	address := net.JoinHostPort(*listenIP, strconv.Itoa(*port))
	klog.Infof("cAdvisor %s on %s", version.Version, address)
	server := &http.Server{Addr: address, ReadHeaderTimeout: 10 * time.Second}
	klog.Fatal(server.ListenAndServe())
}
