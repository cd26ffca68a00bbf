package agent

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// The intervals at which the agent can read the machine.
const (
	HighResolution     = 10 * time.Second
	DetailedMonitoring = 60 * time.Second
	BasicMonitoring    = 300 * time.Second
)

// DefaultNamespace is the CloudWatch agent's (cloudwatch.md 22.2).
const DefaultNamespace = "CWAgent"

// Defaults of the bounds that an owner rarely changes.
const (
	// defaultBufferLimit holds more than an hour of a small machine's metrics
	// at 10 s (about 100 datums a reading), in about 10 MB.
	defaultBufferLimit  = 50_000
	defaultFlushTimeout = 5 * time.Second
)

// Config says what to read, how often, and where to put it.
type Config struct {
	// Endpoint is the base URL of the server's API.
	Endpoint string
	// Region goes into the signature's scope, and so decides where the
	// server keeps the metrics.
	Region string
	// Credentials sign the requests. Nil signs with a placeholder key, which
	// a server in local mode takes.
	Credentials aws.CredentialsProvider
	// HTTPClient sends the requests; nil is the SDK's own client.
	HTTPClient aws.HTTPClient

	// Interval is HighResolution, DetailedMonitoring or BasicMonitoring.
	Interval time.Duration
	// Namespace of all metrics.
	Namespace string
	// Hostname is the value of the host dimension; empty is the machine's.
	Hostname string
	// IgnoreFileSystemTypes names file systems whose disk metrics nobody
	// wants. "/" is reported whatever its type, autofs never (a look would
	// mount it).
	IgnoreFileSystemTypes []string

	// BufferLimit is how many datums wait for a server that is away; beyond
	// it the oldest are dropped.
	BufferLimit int
	// FlushTimeout is how long Run goes on sending after its context ended.
	FlushTimeout time.Duration

	// Logger hears of outages and losses; nil is silent.
	Logger *slog.Logger
}

// DefaultConfig returns the configuration of an agent that reads every 10
// seconds and puts to a local server.
func DefaultConfig() Config {
	return Config{
		Endpoint:  "http://127.0.0.1:4582",
		Region:    "us-east-1",
		Interval:  HighResolution,
		Namespace: DefaultNamespace,
		// Kernel interfaces, and mounts that come and go with containers.
		IgnoreFileSystemTypes: []string{"sysfs", "devtmpfs", "tmpfs", "overlay", "aufs", "squashfs", "iso9660"},
		BufferLimit:           defaultBufferLimit,
		FlushTimeout:          defaultFlushTimeout,
	}
}

// Validate reports every option that is not usable.
func (c Config) Validate() error {
	return errors.Join(
		c.validateEndpoint(),
		c.validateInterval(),
		c.validateNames(),
		positive("buffer limit", c.BufferLimit > 0),
		positive("flush timeout", c.FlushTimeout > 0),
	)
}

func (c Config) validateEndpoint() error {
	u, err := url.Parse(c.Endpoint)
	if err != nil {
		return fmt.Errorf("agent endpoint: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("agent endpoint %q: must be an http or https URL", c.Endpoint)
	}
	if c.Region == "" {
		return errors.New("agent region: must not be empty")
	}
	return nil
}

func (c Config) validateInterval() error {
	switch c.Interval {
	case HighResolution, DetailedMonitoring, BasicMonitoring:
		return nil
	}
	return fmt.Errorf("agent interval %s: must be 10s, 60s or 300s", c.Interval)
}

// validateNames holds the namespace and the host name to the rules of
// PutMetricData (cloudwatch.md 3.3), since either would spoil every request.
func (c Config) validateNames() error {
	var errs []error
	if len(c.Namespace) > 255 || strings.HasPrefix(c.Namespace, ":") || !printable(c.Namespace) {
		errs = append(errs, fmt.Errorf("agent namespace %q: must be 1 to 255 printable ASCII characters and not start with a colon", c.Namespace))
	}
	if strings.HasPrefix(c.Namespace, "AWS/") {
		errs = append(errs, fmt.Errorf("agent namespace %q: AWS/ is reserved", c.Namespace))
	}
	if c.Hostname != "" && !acceptableValue(c.Hostname) {
		errs = append(errs, fmt.Errorf("agent hostname %q: must be 1 to %d printable ASCII characters", c.Hostname, maxDimensionValue))
	}
	return errors.Join(errs...)
}

func positive(option string, ok bool) error {
	if ok {
		return nil
	}
	return fmt.Errorf("agent %s: must be positive", option)
}
