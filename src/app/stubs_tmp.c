
#include "read/certificate_file.h"
#include "read/events.h"
#include "read/hive_log.h"
#include "read/pasted.h"
#include "read/rdp_file.h"
#include "read/recording.h"
#include "read/reg_export.h"
#include "read/settings.h"
#include "read/tls_secrets.h"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wunused-parameter"
struct events *events_new(struct arena *a){return NULL;}
bool events_recognises(const uint8_t *h, size_t n){return false;}
void events_begin(struct events *e, struct evidence *ev){}
size_t events_take(struct events *e, const uint8_t *b, size_t n, bool l){return n;}
void events_end(struct events *e){}
void events_conclude(struct events *e, struct evidence *ev){}
bool hive_recognises(const uint8_t *h, size_t n){return false;}
struct hive_state hive_replay(struct buf *h, const struct buf *l, size_t n, struct complaints *c){return (struct hive_state){0};}
size_t pasted_read(const void *b, size_t n, struct evidence *ev){return 0;}
bool reg_export_recognises(const uint8_t *h, size_t n){return false;}
struct reg_source *reg_export_open(const void *b, size_t n, struct evidence *ev){return NULL;}
enum hive_kind hive_kind_of(struct reg_source *s){return HIVE_UNKNOWN;}
struct settings *settings_new(struct arena *a, enum origin o){return NULL;}
void settings_take(struct settings *s, struct reg_source *r, const char *p, enum hive_kind k, struct evidence *ev){}
void settings_conclude(struct settings *s, struct evidence *ev){}
struct reg_source *hive_open(const void *b, size_t n, const char *name, struct complaints *c);
struct reg_source *hive_open(const void *b, size_t n, const char *name, struct complaints *c){return NULL;}
