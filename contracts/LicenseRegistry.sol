// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EventAccumulator} from "./EventAccumulator.sol";
import {ILicenseRegistry} from "./interfaces/ILicenseRegistry.sol";

/// @title Licenses, addressed by their content
/// @notice Holds one storage slot of terms for each license, by its number.
contract LicenseRegistry is ILicenseRegistry, EventAccumulator {
    uint256 private constant LONGEST_URI_BYTES = 512;

    /// @inheritdoc ILicenseRegistry
    uint32 public override licenseCount;

    mapping(bytes32 license => uint32 number) private _numbers;
    mapping(uint32 number => bytes32 license) private _licenses;
    mapping(uint32 number => LicenseTerms) private _terms;

    /// @inheritdoc ILicenseRegistry
    function defineLicense(
        string calldata uri,
        bytes32 policyDigest,
        uint32 seats,
        uint64 longestLoanSeconds,
        bool selfService
    ) external override returns (bytes32 license) {
        if (bytes(uri).length == 0 || bytes(uri).length > LONGEST_URI_BYTES) {
            revert InvalidLicenseUri(bytes(uri).length);
        }
        if (seats == 0) {
            revert LicenseWithoutSeats();
        }
        if (longestLoanSeconds == 0) {
            revert LicenseWithoutLoan();
        }
        license = sha256(abi.encode(sha256(bytes(uri)), policyDigest, seats, longestLoanSeconds, selfService));
        if (_numbers[license] != 0) {
            revert LicenseAlreadyDefined(license);
        }
        uint32 number = ++licenseCount;
        _numbers[license] = number;
        _licenses[number] = license;
        _terms[number] = LicenseTerms({
            number: number,
            seats: seats,
            longestLoanSeconds: longestLoanSeconds,
            selfService: selfService
        });
        emit LicenseDefined(license, uri, policyDigest, seats, longestLoanSeconds, selfService);
        _accumulate(
            bytes.concat(
                LicenseDefined.selector,
                license,
                abi.encode(uri, policyDigest, seats, longestLoanSeconds, selfService)
            )
        );
    }

    /// @inheritdoc ILicenseRegistry
    function terms(bytes32 license) external view override returns (LicenseTerms memory) {
        return _terms[numberOf(license)];
    }

    /// @inheritdoc ILicenseRegistry
    function termsByNumber(uint32 number) external view override returns (LicenseTerms memory found) {
        found = _terms[number];
        if (found.number == 0) {
            revert LicenseNumberNotFound(number);
        }
    }

    /// @inheritdoc ILicenseRegistry
    function licenseOf(uint32 number) external view override returns (bytes32 license) {
        license = _licenses[number];
        if (license == 0) {
            revert LicenseNumberNotFound(number);
        }
    }

    /// @inheritdoc ILicenseRegistry
    function numberOf(bytes32 license) public view override returns (uint32 number) {
        number = _numbers[license];
        if (number == 0) {
            revert LicenseNotFound(license);
        }
    }
}
