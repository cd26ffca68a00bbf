package api

import (
	"net/http"

	"skywatch/internal/fault"
)

// messagingErrors are the rows of SNS and SQS, which spell most faults in
// their own way (codes, shapes and statuses of the service models).
var messagingErrors = map[place]spelling{
	{messaging, fault.InvalidValue, ""}:                  {"InvalidParameter", "InvalidParameterException", "", http.StatusBadRequest},
	{messaging, fault.InvalidValue, "message-attribute"}: {"ParameterValueInvalid", "InvalidParameterValueException", "", http.StatusBadRequest},
	{messaging, fault.Unsupported, ""}:                   {"InvalidParameter", "InvalidParameterException", "", http.StatusBadRequest},
	{messaging, fault.NotFound, ""}:                      {"NotFound", "NotFoundException", "", http.StatusNotFound},
	{messaging, fault.NotFound, "tagged"}:                {"ResourceNotFound", "ResourceNotFoundException", "", http.StatusNotFound},
	{messaging, fault.LimitExceeded, "tags"}:             {"TagLimitExceeded", "TagLimitExceededException", "", http.StatusBadRequest},
	{messaging, fault.LimitExceeded, "subscriptions"}:    {"SubscriptionLimitExceeded", "SubscriptionLimitExceededException", "", http.StatusForbidden},
	{messaging, fault.LimitExceeded, "filters"}:          {"FilterPolicyLimitExceeded", "FilterPolicyLimitExceededException", "", http.StatusForbidden},
	{messaging, fault.InvalidValue, "batch-empty"}:       {"EmptyBatchRequest", "EmptyBatchRequestException", "", http.StatusBadRequest},
	{messaging, fault.InvalidValue, "batch-entries"}:     {"TooManyEntriesInBatchRequest", "TooManyEntriesInBatchRequestException", "", http.StatusBadRequest},
	{messaging, fault.InvalidValue, "batch-id"}:          {"InvalidBatchEntryId", "InvalidBatchEntryIdException", "", http.StatusBadRequest},
	{messaging, fault.InvalidValue, "batch-ids"}:         {"BatchEntryIdsNotDistinct", "BatchEntryIdsNotDistinctException", "", http.StatusBadRequest},
	{messaging, fault.InvalidValue, "batch-size"}:        {"BatchRequestTooLong", "BatchRequestTooLongException", "", http.StatusBadRequest},
	{messaging, fault.Denied, ""}:                        {"AuthorizationError", "AuthorizationErrorException", "", http.StatusForbidden},
	{messaging, fault.Throttled, ""}:                     {"Throttled", "ThrottledException", "", http.StatusTooManyRequests},
	{messaging, fault.Internal, ""}:                      {"InternalError", "InternalErrorException", "", http.StatusInternalServerError},

	{queueing, fault.NotFound, "queue"}:                {sqsCode + "NonExistentQueue", "QueueDoesNotExist", "", http.StatusBadRequest},
	{queueing, fault.Conflict, "queue"}:                {"QueueAlreadyExists", "QueueNameExists", "", http.StatusBadRequest},
	{queueing, fault.Conflict, "purge"}:                {sqsCode + "PurgeQueueInProgress", "PurgeQueueInProgress", "", http.StatusForbidden},
	{queueing, fault.Conflict, "message"}:              {sqsCode + "MessageNotInflight", "MessageNotInflight", "", http.StatusBadRequest},
	{queueing, fault.LimitExceeded, "over-limit"}:      {"OverLimit", "OverLimit", "", http.StatusForbidden},
	{queueing, fault.InvalidValue, "attribute-name"}:   {"InvalidAttributeName", "InvalidAttributeName", "", http.StatusBadRequest},
	{queueing, fault.InvalidValue, "attribute-value"}:  {"InvalidAttributeValue", "InvalidAttributeValue", "", http.StatusBadRequest},
	{queueing, fault.InvalidValue, "message-contents"}: {"InvalidMessageContents", "InvalidMessageContents", "", http.StatusBadRequest},
	{queueing, fault.InvalidValue, "receipt"}:          {"ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", "", http.StatusNotFound},
	{queueing, fault.InvalidValue, "address"}:          {"InvalidAddress", "InvalidAddress", "", http.StatusNotFound},
	{queueing, fault.InvalidValue, "batch-empty"}:      {sqsCode + "EmptyBatchRequest", "EmptyBatchRequest", "", http.StatusBadRequest},
	{queueing, fault.InvalidValue, "batch-entries"}:    {sqsCode + "TooManyEntriesInBatchRequest", "TooManyEntriesInBatchRequest", "", http.StatusBadRequest},
	{queueing, fault.InvalidValue, "batch-id"}:         {sqsCode + "InvalidBatchEntryId", "InvalidBatchEntryId", "", http.StatusBadRequest},
	{queueing, fault.InvalidValue, "batch-ids"}:        {sqsCode + "BatchEntryIdsNotDistinct", "BatchEntryIdsNotDistinct", "", http.StatusBadRequest},
	{queueing, fault.InvalidValue, "batch-size"}:       {sqsCode + "BatchRequestTooLong", "BatchRequestTooLong", "", http.StatusBadRequest},
	{queueing, fault.NotFound, ""}:                     {"ResourceNotFoundException", "ResourceNotFoundException", "", http.StatusNotFound},
	{queueing, fault.Unsupported, ""}:                  {sqsCode + "UnsupportedOperation", "UnsupportedOperation", "", http.StatusBadRequest},
}

// sqsCode begins the Query codes of SQS's older errors.
const sqsCode = "AWS.SimpleQueueService."
