package patterns

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Event is 677 bytes with 20 leaves, as the specification's measurements.
const Event = `{"version":"0","id":"0b1c2d3e-1111-4222-8333-444455556666","detail-type":"EC2 Instance State-change Notification","source":"app.s42","account":"123456789012","time":"2026-03-04T05:06:07Z","region":"eu-west-1","resources":["arn:aws:ec2:eu-west-1:123456789012:instance/i-0aa11bb22cc33dd44"],"detail":{"instance-id":"i-00004242","state":"stopped","previous":"running","type":"m5.large","ip":"10.4.7.42","count":42,"load":0.75,"path":"/var/log/app/42/out.log","owner":"Team-Blue","zone":"eu-west-1a","tags":{"env":"production","tier":"frontend","cost":"cc-1042"},"message":"instance stopped by operator request after the maintenance window closed; next check due in one hour, ok"}}`

// Events are variants of the event, so that not always the same rules are
// tried.
func Events(n int) [][]byte {
	g := rand.New(rand.NewPCG(3, 4))
	all := make([][]byte, n)
	for i := range all {
		all[i] = []byte(strings.NewReplacer(
			"app.s42", fmt.Sprintf("app.s%d", g.IntN(1000)),
			"i-00004242", fmt.Sprintf("i-%08d", g.IntN(200_000)),
			"10.4.7.42", fmt.Sprintf("10.%d.%d.7", g.IntN(256), g.IntN(256)),
			`"count":42`, fmt.Sprintf(`"count":%d`, g.IntN(100_000)),
			"app/42/out", fmt.Sprintf("app/%d/out", g.IntN(2000)),
		).Replace(Event))
	}
	return all
}
