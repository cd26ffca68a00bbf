package scaling

import "testing"

func FuzzPolicyName(f *testing.F) {
	p := Policy{Name: "out:policyName/x", ID: "u-1"}
	f.Add(p.ARN(named("a b/c")))
	if n, name, _, _ := policyName(p.ARN(named("a b/c"))); n != named("a b/c") || name != p.Name {
		f.Errorf("%+v %q", n, name)
	}
	f.Add("arn:aws:autoscaling:r:1:scalingPolicy::autoScalingGroupName/:policyName/")
	f.Fuzz(func(t *testing.T, text string) {
		n, name, id, ok := policyName(text)
		if !ok {
			return
		}
		// What is read is written the same, in the partition of this house.
		again := (&Policy{Name: name, ID: id}).ARN(n)
		if m, policy, uuid, ok := policyName(again); !ok || m != n || policy != name || uuid != id {
			t.Errorf("%q is %+v %q %q, written %q", text, n, name, id, again)
		}
	})
}

func FuzzDrivers(f *testing.F) {
	f.Add(`[{"groups":"*","kind":"exec","launch":["l"],"terminate":["t"],"timeout":"5s"}]`)
	f.Add(`[{"groups":"[","kind":"webhook","url":"u"}]`)
	f.Fuzz(func(t *testing.T, text string) {
		var d Drivers
		if d.UnmarshalText([]byte(text)) == nil && d.Validate() == nil {
			Open(d, Means{})(named("web"))
		}
	})
}
