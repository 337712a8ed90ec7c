// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Terms that hold for everyone
/// @notice Terms are addressed by their content and never change; other terms have another id. Anyone may define
/// them, since definition gives nobody a right.
interface ILicenseRegistry {
    /// @notice What a contract needs to know of a license.
    /// @param number dense, from 1 in the order of definition; a short name for other contracts to store
    /// @param seats how many grants may be live at once for one resource of one steward; `type(uint32).max` is no limit
    /// @param longestLoanSeconds the longest time from the issue of a grant to its end
    /// @param selfService whether a reader may be given a grant on request, with no decision by a librarian
    struct LicenseTerms {
        uint32 number;
        uint32 seats;
        uint64 longestLoanSeconds;
        bool selfService;
    }

    /// @notice These terms can be referred to from here on.
    event LicenseDefined(
        bytes32 indexed license,
        string uri,
        bytes32 policyDigest,
        uint32 seats,
        uint64 longestLoanSeconds,
        bool selfService
    );

    /// @notice The URI has no bytes or more than 512.
    error InvalidLicenseUri(uint256 length);

    /// @notice A license with no seats permits nothing.
    error LicenseWithoutSeats();

    /// @notice A license with a longest loan of no seconds permits nothing.
    error LicenseWithoutLoan();

    /// @notice The same terms were defined before.
    error LicenseAlreadyDefined(bytes32 license);

    /// @notice No license has this id.
    error LicenseNotFound(bytes32 license);

    /// @notice No license has this number.
    error LicenseNumberNotFound(uint32 number);

    /// @notice Defines terms.
    /// @param uri where people read them: an SPDX, Creative Commons or rights statement URI, 1 to 512 bytes
    /// @param policyDigest SHA-256 of a machine-readable policy, or zero
    /// @param seats see `LicenseTerms`, at least 1
    /// @param longestLoanSeconds see `LicenseTerms`, at least 1
    /// @param selfService see `LicenseTerms`
    /// @return license the id, `sha256(sha256(uri) ‖ policyDigest ‖ seats ‖ longestLoanSeconds ‖ selfService)`, the last
    /// three as 32 bytes big-endian, the very last 0 or 1
    function defineLicense(
        string calldata uri,
        bytes32 policyDigest,
        uint32 seats,
        uint64 longestLoanSeconds,
        bool selfService
    ) external returns (bytes32 license);

    /// @notice How many licenses there are, which is the highest number.
    function licenseCount() external view returns (uint32);

    /// @notice The terms of a license; reverts with `LicenseNotFound` if there is none.
    function terms(bytes32 license) external view returns (LicenseTerms memory);

    /// @notice The terms of a license by its number; reverts with `LicenseNumberNotFound` if there is none.
    function termsByNumber(uint32 number) external view returns (LicenseTerms memory);

    /// @notice The number of a license; reverts with `LicenseNotFound` if there is none.
    function numberOf(bytes32 license) external view returns (uint32 number);

    /// @notice The id of a license by its number; reverts with `LicenseNumberNotFound` if there is none.
    function licenseOf(uint32 number) external view returns (bytes32 license);
}
