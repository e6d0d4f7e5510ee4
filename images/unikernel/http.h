/* TCP as far as answering needs it (RFC 9293), and the answers (HTTP/1.0). */
#pragma once

#include "net.h"

/* 80, or what `port=` on the command line says. */
extern uint16_t http_port;

/* Takes a segment. */
void http_take(const struct datagram *in);

/* Sends again what was not acknowledged in time; to be called at each tick. */
void http_tick(void);

/* The status with which a client has asked the guest to end, once its answer has gone; negative before. */
int http_end(void);
