// Package history makes random requests for a differential test of a server
// beside package oracle: puts that are valid and puts that break each rule,
// and reads with random ranges, periods, statistics, units and page sizes.
//
// Start from New and Generator.Next. A history is decided by its seed and
// Config alone; each Op is a plain struct that prints as one line, so a
// failing seed can be shown as a script. The alphabets are small so that
// samples meet in the same metric, bucket and unit.
//
// Each Op carries the time at which it happens. The history moves from
// seconds to weeks between operations, so that data pass through all the
// tiers; a test that can set the server's clock gives it Op.At. One that
// cannot sets Config.Now: the history then stays where the real clock is, and
// away from the limits that depend on it.
//
// Requests whose right answer the specification leaves open are left out, as
// far as the generator can tell, unless Config.Contested asks for them.
package history
