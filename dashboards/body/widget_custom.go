package body

import "skywatch/internal/arn"

// customWidget judges the properties of a widget that a function draws.
var customWidget = record(having("endpoint"), fields{
	"endpoint": aText(func(c *checker, v *value, at *place) {
		if a, err := arn.Parse(v.text); err != nil || a.Service != "lambda" {
			c.wrong(at, "Should be the ARN of a Lambda function") // wording (inferred)
		}
	}),
	"params":   anything, // the function's
	"updateOn": record(nil, fields{"refresh": aBoolean(), "resize": aBoolean(), "timeRange": aBoolean()}),
	"title":    aText(),
})
