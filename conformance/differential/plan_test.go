package differential

import (
	"fmt"
	"math/rand/v2"
	"time"

	cloudwatchschemas "github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"
	"github.com/aws/smithy-go/transport/http/protocol/rpcv2"

	"skywatch/conformance/oracle"
	"skywatch/conformance/oracle/history"
)

// account is the one account of local mode.
const account = "000000000000"

// plan is how the server of a seed is set up and reached.
type plan struct {
	dialect   string
	restarts  float64   // share of the operations before which the server restarts
	headBytes int64     // at which the head and the log are sealed
	reads     float64   // share of the operations
	floats    float64   // share of the values whose sums are not exact
	contested bool      // with requests that the specification leaves open
	byHand    time.Time // where a clock begins that is moved by hand, or zero
}

// smallest size of head and log that the server takes.
const smallHead = 1 << 16

// newPlan decides the setting of a seed: half of them speak CBOR, as the
// client does by itself; half seal early; half restart.
func newPlan(random *rand.Rand) plan {
	p := plan{headBytes: 64 << 20}
	p.dialect = []string{"cbor", "cbor", "json", "query"}[random.IntN(4)]
	if random.IntN(2) == 0 {
		p.headBytes = smallHead
	}
	if random.IntN(2) == 0 {
		p.restarts = 0.002
	}
	p.reads = []float64{0.4, 0.7}[random.IntN(2)]
	p.floats = []float64{0.1, 0.6}[random.IntN(2)]
	return p
}

func (p plan) String() string {
	return fmt.Sprintf("%s, head of %d KiB, %g %% reads, %g %% floats, restarts before %g %% of the operations",
		p.dialect, p.headBytes>>10, 100*p.reads, 100*p.floats, 100*p.restarts)
}

// codec is the client's side of the protocol.
func (p plan) codec() smithyhttp.ClientProtocol {
	service := cloudwatchschemas.GraniteServiceVersion20100801
	switch p.dialect {
	case "json":
		return awsjson.New10(service)
	case "query":
		return awsquery.New(service)
	default:
		return rpcv2.NewCBOR(service)
	}
}

// step is one line of a script: an operation, before which the server may be
// stopped and started again.
type step struct {
	restart bool
	op      history.Op
}

func (s step) String() string {
	if s.restart {
		return "restart; " + s.op.String()
	}
	return s.op.String()
}

// script is the history of the seed with its restarts.
func (p plan) script(seed uint64, random *rand.Rand, ops int) []step {
	config := history.DefaultConfig()
	// Not the server's own region, where it keeps metrics of itself.
	config.Tenants = []oracle.Tenant{{Account: account, Region: "eu-west-1"}, {Account: account, Region: "us-west-2"}}
	config.Reads, config.Floats, config.Contested = p.reads, p.floats, p.contested
	g := history.New(seed, config)
	steps := make([]step, ops)
	for i := range steps {
		steps[i] = step{restart: random.Float64() < p.restarts, op: g.Next()}
	}
	return steps
}
