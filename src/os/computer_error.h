/*
 * computer_error - what an error number of Windows means for one who only asked: no rights, not
 * there, too late.
 *
 * Spec    [MS-ERREF] 2.1 HRESULT, 2.2 Win32, 2.3 NTSTATUS; [MS-WMI] 2.2.11 for WBEM_E_*
 * Input   a number of any of the three kinds, as the interface gave it
 * Errors  a number that is not in the table is ANSWER_FAILED; so is 0, of a call that failed
 *         without a word
 */
#ifndef OS_COMPUTER_ERROR_H
#define OS_COMPUTER_ERROR_H

#include "base/answers.h"

enum answer_status computer_error_status(uint32_t error);

#endif
