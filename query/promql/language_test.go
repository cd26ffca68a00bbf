package promql

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/prompb"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/storage"

	"skywatch/metric"
	"skywatch/query"
	"skywatch/tsdb"
)

// The engine's own tests that need what a store of ours does not keep.
var notHere = map[string]string{
	"start_timestamps.test": "start timestamps of samples",
}

// The tests of PromQL that come with the engine hold over raw series in our
// store.
func TestLanguage(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/prometheus/prometheus").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "promql", "promqltest", "testdata", "*.test"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests in the module: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			if why, ok := notHere[filepath.Base(file)]; ok {
				t.Skip(why)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			promqltest.RunTestWithStorage(t, string(text), languageEngine(t), newStorage)
		})
	}
}

func languageEngine(t testing.TB) *promql.Engine {
	return promqltest.NewTestEngineWithOpts(t, promql.EngineOpts{
		MaxSamples: 100_000, Timeout: time.Minute, NoStepSubqueryIntervalFn: func(int64) int64 { return time.Minute.Milliseconds() },
		EnableAtModifier: true, EnableNegativeOffset: true, EnableDelayedNameRemoval: true,
		Parser: parser.NewParser(parser.Options{
			EnableExperimentalFunctions: true, ExperimentalDurationExpr: true, EnableExtendedRangeSelectors: true, EnableBinopFillModifiers: true,
		}),
	})
}

// store is our store as the language's tests use one.
type store struct {
	*tsdb.DB
	queryable
}

func newStorage(t testing.TB) storage.Storage {
	db, err := tsdb.Open(tsdb.Options{Dir: "d", FS: vfs.NewMem(), Tick: -1, MinFreeBytes: -1, Partitions: 2})
	if err != nil {
		t.Fatal(err)
	}
	data := query.New(db, nil, query.Limits{})
	return store{db, queryable{data, db, metric.Tenant{Account: "a", Region: "r"}, metric.At(time.Now()), false}}
}

// The methods of storage.Storage that the tests do not use.
func (store) ChunkQuerier(int64, int64) (storage.ChunkQuerier, error) {
	return nil, errors.New("no chunks")
}
func (store) Appender(context.Context) storage.Appender { return nil }
func (store) StartTime() (int64, error)                 { return 0, nil }

func (s store) AppenderV2(ctx context.Context) storage.AppenderV2 { return &appender{ctx: ctx, to: s} }

type appender struct {
	ctx context.Context
	to  store
	all []metric.RawSeries
}

func (a *appender) Append(_ storage.SeriesRef, ls labels.Labels, _, t int64, v float64, h *histogram.Histogram, fh *histogram.FloatHistogram, _ storage.AppendV2Options) (storage.SeriesRef, error) {
	id := metric.ID{Tenant: a.to.tenant, Namespace: metric.RawNamespace, Raw: true}
	ls.Range(func(l labels.Label) {
		if l.Name == model.MetricNameLabel {
			id.Name = l.Value
		} else {
			id.Dimensions = append(id.Dimensions, metric.Dimension{Name: l.Name, Value: l.Value})
		}
	})
	id.Normalize()
	sample := metric.RawSample{Time: metric.Instant(t), Value: v}
	var message prompb.Histogram
	switch {
	case h != nil:
		message = prompb.FromIntHistogram(0, h)
	case fh != nil:
		message = prompb.FromFloatHistogram(0, fh)
	}
	if h != nil || fh != nil {
		encoded, err := message.Marshal()
		if err != nil {
			return 0, err
		}
		sample = metric.RawSample{Time: sample.Time, Histogram: &metric.Histogram{Encoded: encoded}}
	}
	a.all = append(a.all, metric.RawSeries{ID: id, Samples: []metric.RawSample{sample}})
	return 0, nil
}

func (a *appender) Commit() error { return a.to.AppendRaw(a.ctx, a.all) }

func (*appender) Rollback() error { return nil }
