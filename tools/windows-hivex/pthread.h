/* hivex locks its converters; a hive is used by one thread only, so nothing needs a lock. */
#ifndef HIVEX_PTHREAD_H
#define HIVEX_PTHREAD_H

typedef char pthread_mutex_t;

#define pthread_mutex_init(mutex, how) ((void)(mutex))
#define pthread_mutex_lock(mutex)      ((void)(mutex))
#define pthread_mutex_unlock(mutex)    ((void)(mutex))

#endif
