// Package skywatchtest starts Skywatch within a Go test: in the test's own process,
// on a free loopback port, with its data in memory, and with a clock that stands
// still until the test moves it.
//
// Start from Start. Its Server has the URL that an AWS client needs; Advance lets
// time pass, and returns when all alarms, schedules and deliveries that came due
// are done; Reset empties the account. The server stops with the test.
//
//	s := skywatchtest.Start(t)
//	client := cloudwatch.New(cloudwatch.Options{
//		Region: s.Region, BaseEndpoint: &s.URL,
//		Credentials: credentials.NewStaticCredentialsProvider(s.AccessKeyID, s.SecretAccessKey, ""),
//	})
//	// PutMetricAlarm, PutMetricData ...
//	s.Advance(5 * time.Minute)
//	// DescribeAlarms says ALARM.
//
// Promises: a start takes tens of milliseconds, and servers of tests that run in
// parallel do not know of each other. Left to others: the clients; this package
// knows none.
package skywatchtest
