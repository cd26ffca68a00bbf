package server

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"

	"skywatch/archives"
	"skywatch/targets/abroad"
	"skywatch/targets/forward"
	"skywatch/targets/mail"
	"skywatch/targets/scalable"
	"skywatch/targets/scaling"
)

// Config is everything that can be set. The tags are the option's one
// description: flag, environment variable (SKYWATCH_ and the name in capitals),
// key of the YAML file and docs/configuration.md are all made from them.
type Config struct {
	Listen    string `name:"listen" placeholder:"ADDR" help:"Address to serve on. A loopback address and no access key is local mode: any signature is taken, and pages of other sites are refused."`
	DataDir   string `name:"data-dir" placeholder:"DIR" help:"Directory of the data; made if it is not there. One server at a time."`
	KeyFile   string `name:"key-file" placeholder:"FILE" help:"File with the key that seals secrets at rest; made if it is not there. Keep it out of the backups of the data directory. Empty: the data directory's path with .key behind it."`
	BackupDir string `name:"backup-dir" placeholder:"DIR" help:"Directory of backups that the server keeps itself (docs/backup.md). Empty: a backup goes to the client that asks for it, and nowhere else."`
	Region    string `name:"region" placeholder:"REGION" help:"Region of requests that are not signed."`
	AccountID string `name:"account-id" placeholder:"ID" help:"Account of local mode: twelve digits."`
	PublicURL string `name:"public-url" placeholder:"URL" help:"URL at which clients reach this server, for links in messages. Empty: the address that the client used."`
	BasePath  string `name:"base-path" placeholder:"PATH" help:"Path prefix of everything served by path (/healthz, /metrics, /skywatch/v1, Lambda, EventBridge Scheduler). The other AWS protocols need none."`
	Compat    string `name:"compat" placeholder:"aws|wide" help:"aws: every documented limit and reserved name as AWS has it. wide: those listed in docs/limits.md are raised."`

	TLSCert string `name:"tls-cert" placeholder:"FILE" help:"Certificate (PEM) to serve TLS with; read again when it changes."`
	TLSKey  string `name:"tls-key" placeholder:"FILE" help:"Key of the certificate (PEM)."`

	EgressAllow []netip.Prefix `name:"egress-allow" placeholder:"CIDR" help:"Address ranges that webhooks may reach although they are loopback, private or link-local, and to which plain http is allowed. Local mode starts with loopback in it, every other mode with none."`

	SMTPHost         string `name:"smtp-host" placeholder:"HOST:PORT" help:"Mail relay for subscriptions of the protocols email and email-json. Empty: they are refused."`
	SMTPFrom         string `name:"smtp-from" placeholder:"ADDRESS" help:"Address that mail comes from."`
	SMTPUser         string `name:"smtp-user" placeholder:"USER" help:"User of the mail relay. Empty: no authentication."`
	SMTPPasswordFile string `name:"smtp-password-file" placeholder:"FILE" help:"File with that user's password, read at the start."`
	SMTPTLS          string `name:"smtp-tls" placeholder:"starttls|tls|none" help:"starttls: go on only if the relay offers it with a certificate that holds. tls: from the first byte. none: for a relay on this machine, without a user."`

	Functions         bool `name:"functions" help:"Run functions (Lambda) although this is not local mode: who holds an access key runs code on this machine. Local mode runs them anyway."`
	FunctionCgroups   bool `name:"function-cgroups" help:"Give each process of a function a control group (version 2) of its own, below the server's, which must be delegated to it alone (Delegate=yes of systemd). Where it is not, the server does not start."`
	FunctionProcesses int  `name:"function-processes" placeholder:"N" help:"Processes of functions at one time, and so invocations. 0: four for each CPU."`

	InsecureNoAuth    bool `name:"insecure-no-auth" help:"Serve a non-loopback address without any access key: everybody who can reach it has all rights."`
	InsecurePlaintext bool `name:"insecure-plaintext" help:"Serve a non-loopback address without TLS."`

	EMFListen         string        `name:"emf-listen" placeholder:"ADDR" help:"TCP address for documents of the embedded metric format, one a line; the CloudWatch agent has 25888. Empty: none (docs/emf.md)."`
	StatsDListen      string        `name:"statsd-listen" placeholder:"ADDR" help:"UDP address for StatsD, which is usually at port 8125. Empty: none (docs/statsd.md)."`
	StatsDNamespace   string        `name:"statsd-namespace" placeholder:"NAMESPACE" help:"Namespace of the metrics of StatsD."`
	StatsDInterval    time.Duration `name:"statsd-interval" placeholder:"DURATION" help:"What StatsD counts together: 60s, or a number of seconds that divides it, and then the data are of high resolution."`
	InsecureListeners bool          `name:"insecure-listeners" help:"Take --emf-listen and --statsd-listen on addresses that are not loopback: everybody who can reach them puts metrics of the account, without any key."`

	AgentInterval time.Duration `name:"agent-interval" placeholder:"DURATION" help:"Run the built-in host agent, which puts metrics of this machine every 10s, 60s or 300s. 0: no agent."`
	DebugListen   string        `name:"debug-listen" placeholder:"ADDR" help:"Loopback address for pprof. Empty: none."`

	AlarmSettle     time.Duration `name:"alarm-settle" placeholder:"DURATION" help:"How long after an instant an alarm of Period 60 or more is evaluated, so that data sent after the close of the period are in it."`
	AlarmSettleFast time.Duration `name:"alarm-settle-fast" placeholder:"DURATION" help:"The same for alarms of a Period under 60."`
	HeadBytes       int64         `name:"head-bytes" placeholder:"N" help:"Memory of data that are not sealed to disk yet; at twice as much, writes wait."`
	LogBytes        int64         `name:"log-bytes" placeholder:"N" help:"Size of the log at which data are sealed, so that a restart stays short."`
	ReplayRate      int           `name:"replay-rate" placeholder:"N" help:"Events a second that a replay of an archive puts on its bus."`
	MaxInFlight     int           `name:"max-in-flight" placeholder:"N" help:"Requests worked on at once; one more is answered with Throttling."`
	QueryTime       time.Duration `name:"query-time" placeholder:"DURATION" help:"How long a GetMetricData may take."`
	QueryReads      int           `name:"query-reads" placeholder:"N" help:"Metrics that a GetMetricData may read."`
	QueryDatapoints int           `name:"query-datapoints" placeholder:"N" help:"Stored datapoints that a GetMetricData may read."`
	QueryValues     int           `name:"query-values" placeholder:"N" help:"Values, of 8 bytes each, that a GetMetricData with expressions may hold at once."`
	SlowQuery       time.Duration `name:"slow-query" placeholder:"DURATION" help:"A GetMetricData that takes longer is told to the log; 0: none."`
	ShutdownGrace   time.Duration `name:"shutdown-grace" placeholder:"DURATION" help:"How long a stop waits for requests under way."`

	EventBuses      int              `name:"event-buses" placeholder:"N" help:"Quota of event buses of an account and region, beside the default bus."`
	Schedules       int              `name:"schedules" placeholder:"N" help:"Quota of schedules of EventBridge Scheduler of an account and region."`
	ScheduleGroups  int              `name:"schedule-groups" placeholder:"N" help:"Quota of schedule groups of an account and region, beside the default group."`
	RulesPerBus     int              `name:"rules-per-bus" placeholder:"N" help:"Quota of rules of an event bus."`
	TargetsPerRule  int              `name:"targets-per-rule" placeholder:"N" help:"Quota of targets of a rule."`
	Connections     int              `name:"connections" placeholder:"N" help:"Quota of connections of an account and region."`
	Destinations    int              `name:"api-destinations" placeholder:"N" help:"Quota of API destinations of an account and region."`
	PutEventsBytes  int              `name:"put-events-bytes" placeholder:"N" help:"Size of the entries of one PutEvents, or of one request with CloudEvents, together; 4 MiB at most, which is what a body may have."`
	ScalingDrivers  scaling.Drivers  `name:"scaling-drivers" placeholder:"JSON" help:"What changes the real capacity of Auto Scaling groups: a list of drivers, each for the groups whose names match its pattern (docs/scaling.md). In the YAML file it is a list of maps."`
	ScalableDrivers scalable.Drivers `name:"scalable-drivers" placeholder:"JSON" help:"What reads and sets the capacity of scalable targets of Application Auto Scaling: a list of drivers, each for the resources whose IDs match its pattern (docs/application-auto-scaling.md). In the YAML file it is a list of maps."`
	ScalingCheck    time.Duration    `name:"scaling-check" placeholder:"DURATION" help:"How often the drivers of Auto Scaling groups that list instances are asked what runs; what does not is replaced."`
	ForwardProfiles forward.Profiles `name:"forward-profiles" placeholder:"JSON" help:"Where targets are reached that are not of this server: a list of profiles, each with services, patterns of accounts and regions, endpoint and credentials (docs/forwarding.md). In the YAML file it is a list of maps."`
	ActionDrivers   abroad.Drivers   `name:"action-drivers" placeholder:"JSON" help:"Programs and URLs that do what is asked of services that this server does not have (ECS, Batch, EC2 ...): a list of drivers, each for some services and targets (docs/forwarding.md). In the YAML file it is a list of maps."`
	APICallEvents   bool             `name:"api-call-events" help:"Put an event on the default bus for each call of the API that changes something, as CloudTrail does."`

	Clock      string    `name:"clock" placeholder:"real|manual" help:"real: the machine's clock. manual: time stands still until POST /skywatch/v1/clock/advance moves it, for tests (docs/manual-clock.md)."`
	ClockStart time.Time `name:"clock-start" placeholder:"TIME" help:"Time at which a manual clock begins, such as 2026-01-02T15:04:05Z. None: the time of the start."`
}

// DefaultConfig returns the defaults: local mode on port 4582.
func DefaultConfig() Config {
	return Config{
		Listen:          "127.0.0.1:4582",
		DataDir:         "./data",
		Region:          "us-east-1",
		AccountID:       "000000000000",
		Compat:          "aws",
		SMTPTLS:         string(mail.StartTLS),
		StatsDNamespace: "StatsD",
		StatsDInterval:  time.Minute,
		AlarmSettle:     5 * time.Second,
		AlarmSettleFast: 2 * time.Second,
		HeadBytes:       64 << 20,
		LogBytes:        128 << 20,
		ReplayRate:      archives.DefaultRate,
		MaxInFlight:     1024,
		QueryTime:       time.Minute,
		QueryReads:      100_000,
		QueryDatapoints: 100_000_000,
		QueryValues:     32 << 20,
		SlowQuery:       2 * time.Second,
		ShutdownGrace:   10 * time.Second,
		EventBuses:      100,
		RulesPerBus:     300,
		Schedules:       1_000_000,
		ScheduleGroups:  500,
		TargetsPerRule:  5,
		Connections:     3000,
		Destinations:    3000,
		PutEventsBytes:  1 << 20,
		ScalingCheck:    time.Minute,
		Clock:           realClock,
	}
}

var (
	accountPattern = regexp.MustCompile(`^[0-9]{12}$`)
	// regionPattern takes what could be a region's label, also of partitions
	// with names of another form (eusc-de-east-1) and of one's own machines.
	regionPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// Validate says what is wrong with the options that stand alone; New checks
// those that depend on the state of the data directory.
func (c Config) Validate() error {
	var errs []error
	bad := func(option, format string, args ...any) {
		errs = append(errs, fmt.Errorf("--%s: "+format, append([]any{option}, args...)...))
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		bad("listen", "%q is not host:port", c.Listen)
	}
	if c.DataDir == "" {
		bad("data-dir", "must not be empty")
	}
	if !accountPattern.MatchString(c.AccountID) {
		bad("account-id", "%q is not twelve digits", c.AccountID)
	}
	if !regionPattern.MatchString(c.Region) {
		bad("region", "%q is not the name of a region", c.Region)
	}
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.HasSuffix(c.PublicURL, "/")) {
		bad("public-url", "%q is not an http or https URL without a slash at its end", c.PublicURL)
	}
	if c.BasePath != "" && (!strings.HasPrefix(c.BasePath, "/") || strings.HasSuffix(c.BasePath, "/")) {
		bad("base-path", "%q must begin with a slash and not end with one", c.BasePath)
	}
	if c.Compat != "aws" && c.Compat != "wide" {
		bad("compat", "%q is neither aws nor wide", c.Compat)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		bad("tls-cert", "goes together with --tls-key")
	}
	c.checkIngress(bad)
	switch c.AgentInterval {
	case 0, 10 * time.Second, time.Minute, 5 * time.Minute:
	default:
		bad("agent-interval", "%s is none of 0, 10s, 60s, 300s", c.AgentInterval)
	}
	if err := c.checkMail(); err != nil {
		bad("smtp-host", "%w", err)
	}
	if c.DebugListen != "" && !loopback(c.DebugListen) {
		bad("debug-listen", "%q is not a loopback address", c.DebugListen)
	}
	if c.FunctionProcesses < 0 {
		bad("function-processes", "must not be negative")
	}
	if c.MaxInFlight < 1 {
		bad("max-in-flight", "must be 1 or more")
	}
	if c.QueryTime <= 0 || c.QueryReads < 1 || c.QueryDatapoints < 1 || c.QueryValues < 1 || c.SlowQuery < 0 {
		bad("query-time", "and query-reads, query-datapoints and query-values must be above 0, and slow-query not below")
	}
	if c.ReplayRate < 1 {
		bad("replay-rate", "must be 1 or more")
	}
	if c.HeadBytes < 1<<16 || c.LogBytes < 1<<16 {
		bad("head-bytes", "and --log-bytes must be 65536 or more")
	}
	if c.AlarmSettle < 0 || c.AlarmSettleFast < 0 || c.ShutdownGrace < 0 {
		bad("alarm-settle", "durations must not be negative")
	}
	if c.Schedules < 1 || c.ScheduleGroups < 1 {
		bad("schedules", "and --schedule-groups must be 1 or more")
	}
	if c.EventBuses < 1 || c.RulesPerBus < 1 || c.TargetsPerRule < 1 {
		bad("event-buses", "and --rules-per-bus and --targets-per-rule must be 1 or more")
	}
	if c.Connections < 1 || c.Destinations < 1 {
		bad("connections", "and --api-destinations must be 1 or more")
	}
	if c.PutEventsBytes < 1<<10 || c.PutEventsBytes > 4<<20 {
		bad("put-events-bytes", "must be 1024 to 4194304")
	}
	if err := c.ScalingDrivers.Validate(); err != nil {
		bad("scaling-drivers", "%w", err)
	}
	if err := c.ForwardProfiles.Validate(); err != nil {
		bad("forward-profiles", "%w", err)
	}
	if err := c.ActionDrivers.Validate(); err != nil {
		bad("action-drivers", "%w", err)
	}
	if c.ScalingCheck < time.Second {
		bad("scaling-check", "%s is less than a second", c.ScalingCheck)
	}
	if err := c.ScalableDrivers.Validate(); err != nil {
		bad("scalable-drivers", "%w", err)
	}
	if n := scaling.NeedProfile(c.ScalingDrivers); n > 0 && !forward.For(c.ForwardProfiles, "ec2") {
		bad("scaling-drivers", "entry %d, of %q: an aws driver calls by a profile for ec2, and --forward-profiles has none", n, c.ScalingDrivers[n-1].Groups)
	}
	if n := scalable.NeedProfile(c.ScalableDrivers); n > 0 && !forward.For(c.ForwardProfiles, "ecs") && !forward.For(c.ForwardProfiles, "lambda") {
		bad("scalable-drivers", "entry %d, of %q: an aws driver calls by a profile for ecs or lambda, and --forward-profiles has none", n, c.ScalableDrivers[n-1].Resources)
	}
	c.checkClock(bad)
	return errors.Join(errs...)
}

// keyFile is where the sealing key is, by default beside the data directory
// and so outside of a copy of it.
func (c Config) keyFile() string {
	if c.KeyFile != "" {
		return c.KeyFile
	}
	return strings.TrimRight(c.DataDir, "/") + ".key"
}

// loopback reports whether a listen address can be reached from this machine
// only.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
