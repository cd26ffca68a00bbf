package logs

import (
	"time"

	"skywatch/catalog"
)

// Group is a log group.
type Group struct {
	GroupName `json:"-"`
	// Retention is how many days events are kept, by their times; 0: for ever.
	Retention int               `json:",omitempty"`
	Tags      map[string]string `json:",omitempty"`
	Created   time.Time

	// Bytes is found out when a group is read: those of the messages, and 26 for
	// each event, as PutLogEvents counts.
	Bytes int64 `json:"-"`
}

// Stream is a stream of a group.
type Stream struct {
	StreamName `json:"-"`
	// Log is the journal's, of this stream alone.
	Log     string
	Created time.Time

	// First and Last are the times of the stream's events, Ingested when the last
	// one came; zero for an empty stream. They are found out when it is read.
	First, Last, Ingested time.Time `json:"-"`
}

// The tables: groups by (account, region, group), streams by (account, region,
// group, stream).
var (
	groups  = catalog.Table[Group]{Name: "log-groups"}
	streams = catalog.Table[Stream]{Name: "log-streams"}
)

func getGroup(r catalog.Reader, n GroupName) (Group, error) {
	g, ok, err := groups.Get(r, n.parts()...)
	g.GroupName = n
	if err == nil && !ok {
		err = noGroup()
	}
	return g, err
}

// getStream reads a stream with its group.
func getStream(r catalog.Reader, n StreamName) (g Group, st Stream, err error) {
	if g, err = getGroup(r, n.GroupName); err != nil {
		return g, st, err
	}
	st, ok, err := streams.Get(r, n.parts()...)
	st.StreamName = n
	if err == nil && !ok {
		err = noStream()
	}
	return g, st, err
}

// eachStream calls fn for the streams of a group by name, those behind after
// where it is set, until it returns false.
func eachStream(r catalog.Reader, n GroupName, after string, fn func(Stream) (bool, error)) error {
	rg := catalog.Range{Prefix: n.parts()}
	if after != "" {
		rg.After = append(n.parts(), after)
	}
	return streams.Scan(r, rg, func(key []string, st Stream) (bool, error) {
		st.StreamName = StreamName{n, key[3]}
		return fn(st)
	})
}
