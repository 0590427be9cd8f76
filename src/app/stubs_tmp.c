
#include "read/certificate_file.h"
#include "read/events.h"
#include "read/pasted.h"
#include "read/rdp_file.h"
#include "read/recording.h"
#include "read/tls_secrets.h"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wunused-parameter"
bool certificate_file_recognises(const uint8_t *h, size_t n){return false;}
bool certificate_file_read(const void *b, size_t n, const struct client_profile *p, int64_t now, struct evidence *ev){return false;}
struct events *events_new(struct arena *a){return NULL;}
bool events_recognises(const uint8_t *h, size_t n){return false;}
void events_begin(struct events *e, struct evidence *ev){}
size_t events_take(struct events *e, const uint8_t *b, size_t n, bool l){return n;}
void events_end(struct events *e){}
void events_conclude(struct events *e, struct evidence *ev){}
size_t pasted_read(const void *b, size_t n, struct evidence *ev){return 0;}
bool rdp_file_recognises(const uint8_t *h, size_t n){return false;}
bool rdp_file_read(const void *b, size_t n, struct evidence *ev, struct rdp_file *o){return false;}
bool recording_recognises(const uint8_t *h, size_t n){return false;}
struct recording *recording_new(struct evidence *ev, const struct recording_plan *p){return NULL;}
size_t recording_take(struct recording *r, const uint8_t *b, size_t n, bool l){return n;}
void recording_end(struct recording *r){}
bool tls_secrets_recognises(const uint8_t *h, size_t n){return false;}
struct tls_secrets *tls_secrets_new(void){return NULL;}
void tls_secrets_free(struct tls_secrets *s){}
size_t tls_secrets_read(struct tls_secrets *s, const void *b, size_t n, struct complaints *c){return 0;}
