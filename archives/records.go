package archives

import (
	"time"

	"skywatch/catalog"
	"skywatch/internal/arn"
	"skywatch/journal"
	"skywatch/metric"
	"skywatch/rules"
)

// Name names an archive or a replay of an account in a region.
type Name struct {
	metric.Tenant
	Name string
}

func (n Name) parts() []string { return []string{n.Account, n.Region, n.Name} }

func nameOf(key []string) Name {
	return Name{metric.Tenant{Account: key[0], Region: key[1]}, key[2]}
}

func (n Name) arn(kind string) string {
	return arn.New("events", n.Region, n.Account, kind+n.Name).String()
}

// The beginnings of the resources of ARNs.
const (
	archiveResource = "archive/"
	replayResource  = "replay/"
)

// Archive is an archive.
type Archive struct {
	Name        `json:"-"`
	Description string `json:",omitempty"`
	// Pattern picks the events that are archived, empty for all.
	Pattern string `json:",omitempty"`
	// RetentionDays is how long events are kept, by their times; 0: for ever.
	RetentionDays int `json:",omitempty"`
	Bus           rules.BusName
	// Log is the journal's, of this archive alone.
	Log     string
	Created time.Time

	// What follows is found out when an archive is read.
	State  State        `json:"-"`
	Reason string       `json:"-"`
	Size   journal.Size `json:"-"`
}

// ARN returns the archive's ARN.
func (a *Archive) ARN() string { return a.arn(archiveResource) }

// State is what an archive does.
type State string

// The states that archives have here. A disabled one has lost its rule, which
// somebody removed by force (inferred).
const (
	Enabled  State = "ENABLED"
	Disabled State = "DISABLED"
)

// Replay is a replay: what it is to do, and how far it is.
type Replay struct {
	Name        `json:"-"`
	Description string `json:",omitempty"`
	// Archive is the name of the archive, Log its log when the replay began.
	Archive, Log string
	Bus          rules.BusName
	// Only are the ARNs of the rules that see the events, none for all.
	Only []string `json:",omitempty"`
	// From and To bound the times of the events, both ends included.
	From, To time.Time

	State  ReplayState
	Reason string `json:",omitempty"`
	// Last is the last event replayed.
	Last    *journal.Position `json:",omitempty"`
	Events  int64             `json:",omitempty"` // how many were
	Started time.Time
	Ended   time.Time `json:",omitzero"`
}

// ARN returns the replay's ARN.
func (p *Replay) ARN() string { return p.arn(replayResource) }

// ArchiveARN returns the ARN of the archive that is replayed.
func (p *Replay) ArchiveARN() string { return Name{p.Tenant, p.Archive}.arn(archiveResource) }

// ReplayState is how far a replay is.
type ReplayState string

// The states of replays.
const (
	Starting   ReplayState = "STARTING" // nothing is replayed yet
	Running    ReplayState = "RUNNING"
	Cancelling ReplayState = "CANCELLING"
	Completed  ReplayState = "COMPLETED"
	Cancelled  ReplayState = "CANCELLED"
	Failed     ReplayState = "FAILED"
)

// over reports whether nothing more will happen to a replay.
func (s ReplayState) over() bool { return s == Completed || s == Cancelled || s == Failed }

// The tables, all by (account, region, name). waiting counts the deliveries of
// a replay that have not ended.
var (
	archives = catalog.Table[Archive]{Name: "event-archives"}
	replays  = catalog.Table[Replay]{Name: "event-replays"}
	waiting  = catalog.Table[int]{Name: "event-replay-waiting"}
)
