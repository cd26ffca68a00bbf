// Package dashboards keeps dashboards: named JSON bodies that say which widgets
// there are and what they show.
//
// Start from Service. A dashboard belongs to an account and is the same in each
// region of it. Its body is judged by the subpackage body before it is taken.
//
// Promises: what Put, Delete, Tag and Untag did is on disk when they return, all
// of it or nothing. A body is given back as it was sent but for the blanks between
// its values. Lists are in the order of the names; a paging token is of use with
// its own request only.
//
// Left to others: what a body may say (body), the data that its widgets show
// (query), drawing them.
package dashboards
